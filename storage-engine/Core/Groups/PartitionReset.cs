using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Offsets;

namespace Serverless.StorageEngine.Groups;

/// <summary>Where a group goes on in a partition.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Ends">The ends of its log.</param>
/// <param name="Previous">What was committed before; null when nothing was.</param>
/// <param name="Offset">The next offset to read, from the log's start to its end.</param>
/// <param name="Clamped">
/// What was asked for lies outside of the log; <paramref name="Offset"/> is the nearer end.
/// </param>
public sealed record PartitionReset(
    TopicPartition Partition, PartitionOffsets Ends, long? Previous, long Offset, bool Clamped);
