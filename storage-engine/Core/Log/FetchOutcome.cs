using Serverless.StorageEngine.Records;

namespace Serverless.StorageEngine.Log;

/// <summary>The outcomes of a fetch from one partition.</summary>
public abstract record FetchOutcome
{
    private FetchOutcome()
    {
    }

    /// <summary>A contiguous piece of the log, possibly empty.</summary>
    /// <param name="Batches">
    /// Whole batches in order; the first may begin before the offset that was asked for (skip its earlier records).
    /// Empty at the end of the log, and where a compaction took out all that was left up to it.
    /// </param>
    /// <param name="HighWatermark">The offset behind the last durable record, at some moment during the call.</param>
    /// <param name="LogStartOffset">The first offset that can be read.</param>
    /// <param name="NextOffset">
    /// Where to go on: behind the last batch, or behind offsets whose records a compaction took out; the offset that was
    /// asked for at the end of the log.
    /// </param>
    public sealed record Fetched(
        IReadOnlyList<RecordBatch> Batches, long HighWatermark, long LogStartOffset, long NextOffset) : FetchOutcome;

    /// <summary>The offset lies before the log's start or behind its end.</summary>
    /// <param name="LogStartOffset">The first offset that can be read.</param>
    /// <param name="HighWatermark">The offset behind the last record; reading there waits for new records.</param>
    public sealed record OffsetOutOfRange(long LogStartOffset, long HighWatermark) : FetchOutcome;

    /// <summary>The topic was deleted, or has no such partition.</summary>
    public sealed record UnknownTopicOrPartition : FetchOutcome;
}
