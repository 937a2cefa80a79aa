using System.Collections.Immutable;
using Serverless.StorageEngine.Log.Rows;

namespace Serverless.StorageEngine.Retention.Compaction;

/// <summary>Whether a log is to be compacted, and how far. Pure; all times are the storage service's, in milliseconds
/// since 1970.</summary>
internal static class CompactionRules
{
    /// <summary>What is to be compacted now.</summary>
    /// <param name="rows">The rows of the log's sealed segments, in the order of the log.</param>
    /// <param name="head">The log's head row: nothing at or behind its segment is touched.</param>
    /// <param name="settings">What the topic says.</param>
    /// <param name="now">The storage service's time.</param>
    /// <returns>Null when nothing is due.</returns>
    public static CompactionPlan? Plan(
        IReadOnlyList<SegmentRow> rows, HeadRow head, CompactionSettings settings, long now)
    {
        var segments = Sealed(rows, head);
        var firstDirty = FirstDirty(segments);
        var end = firstDirty;
        while (end < segments.Length && IsOldEnough(segments[end], settings, now))
        {
            end++;
        }

        var cleanable = segments[..end];
        if (CauseOf(cleanable, firstDirty, settings, now) is { } cause)
        {
            return new CompactionPlan(cleanable, firstDirty, cause);
        }

        // Without the dirty segments nothing is outdated anew: only the tombstones go.
        return cleanable.Take(firstDirty).Any(row => HasTombstonesToGo(row, settings, now))
            ? new CompactionPlan(segments[..firstDirty], firstDirty, CompactionCause.Tombstones)
            : null;
    }

    /// <summary>Whether tombstones that a compaction has left in a clean segment may go now.</summary>
    public static bool HasTombstonesToGo(SegmentRow row, CompactionSettings settings, long now) =>
        row is { Tombstones: > 0, CleanedAt: { } cleanedAt } && settings.LetsTombstonesGo(cleanedAt, now);

    /// <summary>The part of a segment's bytes whose keys no compaction has looked at.</summary>
    public static long DirtyBytes(SegmentRow row) => row.CleanedTo is { } cleanedTo && row.NextOffset > row.BaseOffset
        ? (long)((double)row.Bytes / (row.NextOffset - row.BaseOffset) * (row.NextOffset - cleanedTo))
        : row.Bytes;

    // Rows below the log's start are about to go, and behind a gap a row may be on its way.
    private static ImmutableArray<SegmentRow> Sealed(IReadOnlyList<SegmentRow> rows, HeadRow head)
    {
        var segments = ImmutableArray.CreateBuilder<SegmentRow>();
        foreach (var row in rows.Where(row => row.NextOffset > head.LogStartOffset))
        {
            if (row.BaseOffset >= head.SegmentBaseOffset || row.Segment == head.Segment
                || (segments.Count > 0 && segments[^1].NextOffset != row.BaseOffset))
            {
                break;
            }

            segments.Add(row);
        }

        return segments.ToImmutable();
    }

    // As in Kafka, everything behind the first dirty segment is dirty, too: what lies in front of a clean segment must
    // have been compared with its keys, or one of its tombstones could go before what it deletes.
    private static int FirstDirty(ImmutableArray<SegmentRow> segments)
    {
        var place = 0;
        while (place < segments.Length && segments[place].CleanedAt is not null)
        {
            place++;
        }

        return place;
    }

    private static bool IsOldEnough(SegmentRow row, CompactionSettings settings, long now) =>
        settings.MinLagMs == 0 || LargestTimestamp(row) <= now - settings.MinLagMs;

    private static long LargestTimestamp(SegmentRow row) =>
        row.LargestTimestamp >= 0 ? row.LargestTimestamp : row.MaxTimestamp;

    private static CompactionCause? CauseOf(
        ImmutableArray<SegmentRow> cleanable, int firstDirty, CompactionSettings settings, long now)
    {
        var dirty = cleanable[firstDirty..];
        var dirtyBytes = dirty.Sum(DirtyBytes);
        if (dirtyBytes == 0)
        {
            return null;
        }

        var bytes = cleanable.Sum(static row => row.Bytes);
        return dirtyBytes >= settings.DirtyRatioMin * bytes ? CompactionCause.DirtyRatio
            : dirty.Min(static row => row.MinTimestamp) < now - settings.MaxLagMs ? CompactionCause.MaxLag
            : null;
    }
}
