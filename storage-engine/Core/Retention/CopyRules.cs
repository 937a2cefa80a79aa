using System.Collections.Immutable;
using Serverless.StorageEngine.Log.Rows;
using Serverless.StorageEngine.Retention.Copies;
using Serverless.StorageEngine.Retention.Rows;
using Serverless.StorageEngine.SharedLogs;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Retention;

/// <summary>When sealed segments become a copy that cooler storage can take. Pure.</summary>
/// <remarks>
/// A copy pays by what its bytes cost less from then on, so what retention takes away soon is left as it is. The
/// segments of a compacted topic become copies when a compaction takes something out of them. Segments in a shared log
/// become copies as soon as they are sealed, whatever the topic says: there they lie among the bytes of other partitions.
/// </remarks>
internal static class CopyRules
{
    /// <summary>What must be left of a segment's life: cool storage bills at least this long.</summary>
    public static readonly TimeSpan LifeMin = TimeSpan.FromDays(30);

    /// <summary>The oldest neighbours that become a copy now, together no larger than one segment of the topic unless
    /// it is one alone; empty when there are none.</summary>
    /// <param name="rows">The log.</param>
    /// <param name="config">What the topic says.</param>
    /// <param name="now">The storage service's time.</param>
    public static ImmutableArray<StoredSegment> Next(LogRows rows, TopicConfig config, DateTimeOffset now)
    {
        var age = config.RemoteStorage && !config.Compacts ? config.LocalRetention : null;

        var (from, count, bytes) = (0, 0, 0L);
        var newerBytes = rows.Bytes;
        for (var place = 0; place < rows.Segments.Length; place++)
        {
            var segment = rows.Segments[place];
            newerBytes -= segment.Row.Bytes;
            var isDue = IsLeft(rows, segment)
                && (SharedKeys.LogOf(segment.Row.Segment) is not null
                    || (KeeperTimes.IsOlder(segment.Row.SealedAt, age ?? TimeSpan.MaxValue, now)
                        && Pays(segment, newerBytes, config, now)));
            if (isDue && count == 0)
            {
                from = place;
            }
            else if (count > 0 && (!isDue || !Joins(rows.Segments[place - 1], segment, count, bytes, config)))
            {
                break;
            }

            (count, bytes) = isDue ? (count + 1, bytes + segment.Row.Bytes) : (0, 0L);
        }

        return rows.Segments.Slice(from, count);
    }

    /// <summary>The row of a copy with all records of its sources: what a compaction has found out about them still
    /// holds.</summary>
    /// <param name="copy">The copy.</param>
    /// <param name="sources">Its sources: all clean, or none, or one alone.</param>
    public static SegmentRow RowOf(CopiedSegment copy, ImmutableArray<StoredSegment> sources)
    {
        var rows = sources.Select(static source => source.Row);
        return copy.Row(rows.Where(static row => row.Tombstones > 0).Max(static row => row.CleanedAt)
            ?? rows.Max(static row => row.CleanedAt)) with
        {
            CleanedTo = sources.Length == 1 ? sources[0].Row.CleanedTo : null,
        };
    }

    private static bool IsLeft(LogRows rows, StoredSegment segment) =>
        !segment.Row.Copied
        && rows.IsBehindUs(segment.Row)
        && segment.Row.NextOffset > rows.Head.LogStartOffset;

    private static bool Joins(
        StoredSegment last, StoredSegment segment, int count, long bytes, TopicConfig config) =>
        count < LogRowsLimits.SegmentsChangedMax
        && last.Row.NextOffset == segment.Row.BaseOffset
        && last.Row.CleanedAt is null == segment.Row.CleanedAt is null
        && last.Row.CleanedTo is null && segment.Row.CleanedTo is null
        && bytes + segment.Row.Bytes <= config.SegmentBytes;

    private static bool Pays(StoredSegment segment, long newerBytes, TopicConfig config, DateTimeOffset now) =>
        !config.Deletes
        || (StaysByTime(segment, config, now) && StaysBySize(segment, newerBytes, config, now));

    private static bool StaysByTime(StoredSegment segment, TopicConfig config, DateTimeOffset now) =>
        config.RetentionTime is not { } most
        || !KeeperTimes.IsOlder(segment.LargestTimestamp, most, now + LifeMin);

    // What was written behind the segment since it was sealed tells how long the rest of its life is.
    private static bool StaysBySize(
        StoredSegment segment, long newerBytes, TopicConfig config, DateTimeOffset now)
    {
        if (config.RetentionBytes is not { } most || newerBytes <= 0)
        {
            return true;
        }

        var elapsed = (double)Math.Max(1, KeeperTimes.Milliseconds(now) - segment.Row.SealedAt);
        return (most - newerBytes) * (elapsed / newerBytes) >= LifeMin.TotalMilliseconds;
    }
}
