using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Offsets;

namespace Serverless.StorageEngine.Groups;

/// <summary>How far a group has got in a partition, and how much is left to read.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Ends">The ends of its log.</param>
/// <param name="Committed">What the group has committed; null when it has not.</param>
/// <param name="Owner">The member that has the partition; null when nobody does.</param>
public sealed record PartitionLag(
    TopicPartition Partition, PartitionOffsets Ends, CommittedOffset? Committed, GroupMember? Owner)
{
    /// <summary>
    /// The offsets between what is committed and the end of the log, as Kafka counts; those that retention has removed
    /// are among them. Null without a committed offset.
    /// </summary>
    public long? Lag => Committed is { } committed ? Math.Max(0, Ends.HighWatermark - committed.Offset) : null;
}
