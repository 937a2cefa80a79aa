using System.Collections.Immutable;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Retention.Rows;
using Serverless.StorageEngine.SharedLogs;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Retention;

/// <summary>Which segments a log keeps no longer, after Kafka. Pure.</summary>
/// <remarks>
/// Whole segments go, oldest first: while all records of the oldest are before the log's start, or older than
/// <c>retention.ms</c>, or while the log would still have <c>retention.bytes</c> without it. The first segment that
/// stays ends it, whatever lies behind it, so that what is left has no holes. A log that is only compacted loses what
/// is before its start.
/// </remarks>
internal static class RetentionRules
{
    /// <summary>The oldest segments that the log keeps no longer; at most as many as one transaction takes.</summary>
    /// <param name="rows">The log.</param>
    /// <param name="config">What the topic says.</param>
    /// <param name="now">The storage service's time.</param>
    public static ImmutableArray<StoredSegment> Expired(LogRows rows, TopicConfig config, DateTimeOffset now)
    {
        var bytes = rows.Bytes;
        var count = 0;
        while (count < Math.Min(rows.Segments.Length, LogRowsLimits.SegmentsChangedMax)
            && rows.IsBehindUs(rows.Segments[count].Row)
            && Goes(rows.Segments[count], rows.Head.LogStartOffset, bytes, config, now))
        {
            bytes -= rows.Segments[count].Row.Bytes;
            count++;
        }

        return rows.Segments[..count];
    }

    /// <summary>
    /// Whether the active segment must be left, because nothing in it is kept or because it keeps its records from
    /// being compacted.
    /// </summary>
    /// <param name="active">The active segment.</param>
    /// <param name="logStart">The log's start.</param>
    /// <param name="config">What the topic says.</param>
    /// <param name="now">The storage service's time.</param>
    public static bool MustBeLeft(ActiveSegment active, long logStart, TopicConfig config, DateTimeOffset now) =>
        active.HasRecords
        && (active.NextOffset <= logStart
            || (SharedKeys.IsShared(active.Name) && KeeperTimes.IsOlder(active.CreatedAt, config.SharedSegmentAge, now))
            || IsTooOld(active.LargestTimestamp, config, now)
            || (config.Compacts && KeeperTimes.IsOlder(active.CreatedAt, config.MaxCompactionLag, now)));

    /// <summary>
    /// Whether the active segment may have to be left, as far as rows tell; to be sure costs a look at the log. Records
    /// that were older than they said when they were written may be looked at that much later.
    /// </summary>
    /// <param name="rows">The log.</param>
    /// <param name="config">What the topic says.</param>
    /// <param name="now">The storage service's time.</param>
    public static bool MayHaveToBeLeft(LogRows rows, TopicConfig config, DateTimeOffset now) =>
        rows.Head.LogStartOffset > rows.Head.SegmentBaseOffset
        || KeeperTimes.IsOlder(NothingActiveIsOlderThan(rows), ActiveLimit(config, SharedKeys.LogOf(rows.Head.Segment) is not null), now);

    /// <summary>The age at which an active segment is left; <see cref="TimeSpan.MaxValue"/> for never.</summary>
    /// <param name="config">What the topic says.</param>
    /// <param name="isShared">Whether the segment lies in a shared log.</param>
    public static TimeSpan ActiveLimit(TopicConfig config, bool isShared)
    {
        var retention = config is { Deletes: true, RetentionTime: { } age } ? age : TimeSpan.MaxValue;
        var lag = config.Compacts ? config.MaxCompactionLag : TimeSpan.MaxValue;
        var limit = retention < lag ? retention : lag;
        return isShared && config.SharedSegmentAge < limit ? config.SharedSegmentAge : limit;
    }

    /// <summary>When the active segment may have to be left, unless the settings change or the log's start is
    /// raised.</summary>
    /// <param name="active">The active segment, which need not be left now.</param>
    /// <param name="config">What the topic says.</param>
    /// <param name="now">The storage service's time, in milliseconds since 1970.</param>
    /// <returns>Milliseconds since 1970; records that come later only put it off.</returns>
    public static long NotLeftBefore(ActiveSegment active, TopicConfig config, DateTimeOffset now)
    {
        var limit = ActiveLimit(config, SharedKeys.IsShared(active.Name));
        var since = active.HasRecords
            ? Math.Min(active.LargestTimestamp, active.CreatedAt)
            : KeeperTimes.Milliseconds(now);
        return limit == TimeSpan.MaxValue ? long.MaxValue : since + (limit.Ticks / TimeSpan.TicksPerMillisecond);
    }

    // The segment in front of it was sealed before; a log that has lost none has nothing but its head row, which
    // follows what is written to it. Behind a retirement that row tells nothing.
    private static long NothingActiveIsOlderThan(LogRows rows) =>
        !rows.Segments.IsEmpty
            ? Math.Min(KeeperTimes.Milliseconds(rows.Segments[^1].WrittenAt), rows.Segments[^1].Row.SealedAt)
            : rows.Head.LogStartOffset == 0 ? KeeperTimes.Milliseconds(rows.HeadWrittenAt) : -1;

    private static bool Goes(
        StoredSegment segment, long logStart, long bytes, TopicConfig config, DateTimeOffset now) =>
        segment.Row.NextOffset <= logStart
        || IsTooOld(segment.LargestTimestamp, config, now)
        || (config is { Deletes: true, RetentionBytes: { } most } && bytes - segment.Row.Bytes >= most);

    private static bool IsTooOld(long largestTimestamp, TopicConfig config, DateTimeOffset now) =>
        config is { Deletes: true, RetentionTime: { } most } && KeeperTimes.IsOlder(largestTimestamp, most, now);
}
