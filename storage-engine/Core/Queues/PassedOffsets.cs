namespace Serverless.StorageEngine.Queues;

/// <summary>Successive offsets of a partition that a queue passes over.</summary>
/// <param name="First">The first one.</param>
/// <param name="End">The offset behind the last one.</param>
/// <param name="IsUnreadable">
/// Whether there are records that nobody can read, which go to the dead letters; else there are none any more: a
/// compaction took them out.
/// </param>
internal readonly record struct PassedOffsets(long First, long End, bool IsUnreadable);
