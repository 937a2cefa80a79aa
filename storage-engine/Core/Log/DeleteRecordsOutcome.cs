namespace Serverless.StorageEngine.Log;

/// <summary>The outcomes of deleting a partition's records up to an offset (Kafka's DeleteRecords, KIP-107).</summary>
public abstract record DeleteRecordsOutcome
{
    private DeleteRecordsOutcome()
    {
    }

    /// <summary>No record before the log start offset can be read any more; their bytes go later.</summary>
    /// <param name="LogStartOffset">The first offset that can be read: the one that was asked for, or a higher one that
    /// the log start had already.</param>
    /// <param name="HighWatermark">The offset behind the last durable record.</param>
    public sealed record Deleted(long LogStartOffset, long HighWatermark) : DeleteRecordsOutcome;

    /// <summary>Nothing was changed: the offset is negative, or lies behind the high watermark.</summary>
    /// <param name="LogStartOffset">The first offset that can be read.</param>
    /// <param name="HighWatermark">The offset behind the last durable record: the largest that may be named.</param>
    public sealed record OffsetOutOfRange(long LogStartOffset, long HighWatermark) : DeleteRecordsOutcome;

    /// <summary>The topic was deleted, or has no such partition.</summary>
    public sealed record UnknownTopicOrPartition : DeleteRecordsOutcome;
}
