namespace Serverless.StorageEngine.Log;

/// <summary>The ends of a partition's log at one moment.</summary>
/// <param name="LogStartOffset">The first offset that can be read.</param>
/// <param name="HighWatermark">The offset behind the last durable record; equal to the start when there is
/// none.</param>
public readonly record struct PartitionOffsets(long LogStartOffset, long HighWatermark);
