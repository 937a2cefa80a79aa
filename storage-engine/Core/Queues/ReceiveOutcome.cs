namespace Serverless.StorageEngine.Queues;

/// <summary>The outcomes of a receive.</summary>
public abstract record ReceiveOutcome
{
    private ReceiveOutcome()
    {
    }

    /// <summary>The records are the receiver's for a while.</summary>
    /// <param name="Records">None when nothing came in time.</param>
    /// <param name="LockDuration">How long each of them is the receiver's.</param>
    public sealed record Received(IReadOnlyList<ReceivedRecord> Records, TimeSpan LockDuration) : ReceiveOutcome;

    /// <summary>There are records, and no memory to restore them in now; nothing was acquired.</summary>
    public sealed record NoRoom : ReceiveOutcome;

    /// <summary>There is no such topic.</summary>
    public sealed record TopicNotFound : ReceiveOutcome;

    /// <summary>The topic has more partitions than a queue may have.</summary>
    /// <param name="PartitionCount">How many.</param>
    public sealed record TooManyPartitions(int PartitionCount) : ReceiveOutcome;
}
