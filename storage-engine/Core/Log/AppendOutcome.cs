namespace Serverless.StorageEngine.Log;

/// <summary>The definite outcomes of appending one record batch to a partition.</summary>
public abstract record AppendOutcome
{
    private AppendOutcome()
    {
    }

    /// <summary>The batch is durable and readable.</summary>
    /// <param name="BaseOffset">The offset of its first record.</param>
    /// <param name="LogAppendTime">The timestamp given to all its records, in milliseconds since 1970, when the topic
    /// asks for that; else null.</param>
    /// <param name="LogStartOffset">The first offset of the partition that can be read.</param>
    public sealed record Appended(long BaseOffset, long? LogAppendTime, long LogStartOffset) : AppendOutcome;

    /// <summary>Nothing was appended, and nothing of it ever will be: too much is waiting already. Try again
    /// later.</summary>
    /// <param name="RetryAfter">When the queue should have room.</param>
    public sealed record Throttled(TimeSpan RetryAfter) : AppendOutcome;

    /// <summary>Nothing was appended: the topic was deleted, or has no such partition.</summary>
    public sealed record UnknownTopicOrPartition : AppendOutcome;
}
