using System.Collections.Immutable;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Simulation.Histories;

/// <summary>How an operation ended. All but <see cref="Failed"/> and <see cref="Unknown"/> say that it
/// happened.</summary>
public abstract record Answer
{
    private Answer()
    {
    }

    /// <summary>The values are in the log.</summary>
    /// <param name="Offsets">The offset of each value, in the order of the request.</param>
    /// <param name="Duplicate">Whether an earlier attempt had stored them.</param>
    public sealed record Sent(ImmutableArray<long> Offsets, bool Duplicate) : Answer
    {
        /// <summary>The answer that tells the first offset of a batch.</summary>
        public static Sent At(long baseOffset, int count, bool duplicate) =>
            new([.. Enumerable.Range(0, count).Select(delta => baseOffset + delta)], duplicate);
    }

    /// <summary>Records, possibly none.</summary>
    /// <param name="Slices">What came, one for each partition that was looked at or has records.</param>
    public sealed record Polled(ImmutableArray<Slice> Slices) : Answer;

    /// <summary>The offset lies outside of what can be read; of a poll of one partition.</summary>
    public sealed record OutOfRange(long LogStartOffset, long HighWatermark) : Answer;

    /// <summary>The ends of a partition.</summary>
    public sealed record Ends(long LogStartOffset, long HighWatermark) : Answer;

    /// <summary>The first record that is not older than the timestamp asked for.</summary>
    /// <param name="Offset">Its offset, or null when there is none.</param>
    /// <param name="Timestamp">Its timestamp in milliseconds since 1970, or null when there is none.</param>
    public sealed record Found(long? Offset, long? Timestamp) : Answer;

    /// <summary>The committed offsets of those partitions that have one.</summary>
    public sealed record CommittedOffsets(ImmutableArray<Position> Committed) : Answer;

    /// <summary>What a member of a group may read.</summary>
    /// <param name="Epoch">Its epoch from now on.</param>
    /// <param name="Partitions">Without those that it is to give up.</param>
    public sealed record Assigned(int Epoch, ImmutableArray<ListedPartition> Partitions) : Answer;

    /// <summary>The fencing token is set.</summary>
    /// <param name="NextOffset">The next offset of the partition then.</param>
    public sealed record Fenced(long NextOffset) : Answer;

    /// <summary>Records were deleted.</summary>
    /// <param name="LogStartOffset">The first offset that can be read.</param>
    /// <param name="HighWatermark">The end of the log.</param>
    public sealed record RecordsDeleted(long LogStartOffset, long HighWatermark) : Answer;

    /// <summary>A keeper ran.</summary>
    /// <param name="Steps">The steps that it took.</param>
    /// <param name="IsIdle">Whether it went through everything and found nothing to change.</param>
    public sealed record Kept(long Steps, bool IsIdle) : Answer;

    /// <summary>A producer id and epoch for this client alone.</summary>
    public sealed record ProducerGranted(long ProducerId, short Epoch) : Answer;

    /// <summary>The topic exists.</summary>
    public sealed record TopicCreated(TopicId Topic) : Answer;

    /// <summary>It happened, and there is nothing to tell.</summary>
    public sealed record Done : Answer;

    /// <summary>It certainly did not happen, and this attempt never will.</summary>
    /// <param name="Reason">Why.</param>
    /// <param name="Actual">
    /// What the refusal states: the next offset, the expected sequence or the current epoch; -1 when it states nothing.
    /// </param>
    /// <param name="Detail">For people.</param>
    public sealed record Failed(Refusal Reason, long Actual, string Detail) : Answer;

    /// <summary>It may have happened, or may still: time is over, the connection is lost, the server does not
    /// know.</summary>
    /// <param name="Detail">For people.</param>
    public sealed record Unknown(string Detail) : Answer;
}
