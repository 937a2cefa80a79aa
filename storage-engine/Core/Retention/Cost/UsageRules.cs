using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.SharedLogs;

namespace Serverless.StorageEngine.Retention.Cost;

/// <summary>
/// Finds out from a log itself how often it was appended to. Pure. Blocks are numbered through the whole log, so wherever
/// a number and a time are known together (the borders of segments), the appends since then are known exactly, whichever
/// nodes made them. What lies in a shared log is not counted here, nor what came before.
/// </summary>
internal static class UsageRules
{
    /// <summary>The usage of a partition.</summary>
    /// <param name="segments">Its sealed segments, in any order.</param>
    /// <param name="active">Its active segment; null when the log was never written.</param>
    /// <param name="from">From when on appends are of interest, in milliseconds since 1970; they are counted from the
    /// border of segments that is nearest to it.</param>
    public static PartitionUsage Of(IReadOnlyList<SealedUsage> segments, ActiveSegment? active, long from)
    {
        if (active is not { } last)
        {
            return PartitionUsage.None;
        }

        var copied = segments.Where(static one => one.Copied).Sum(static one => one.Bytes);
        var appended = segments.Where(static one => !one.Copied).Sum(static one => one.Bytes) + last.Bytes;
        if (SharedKeys.IsShared(last.Name))
        {
            return new PartitionUsage(appended, copied, 0, null);
        }

        Border? nearest = null;
        foreach (var border in Borders(segments, last))
        {
            if (nearest is not { } best || Math.Abs(border.Time - from) < Math.Abs(best.Time - from))
            {
                nearest = border;
            }
        }

        return nearest is { } since
            ? new PartitionUsage(appended, copied, last.NextBlockNumber - since.Blocks, since.Time)
            : new PartitionUsage(appended, copied, 0, null);
    }

    private static IEnumerable<Border> Borders(IReadOnlyList<SealedUsage> segments, ActiveSegment active)
    {
        var shared = segments.Where(static one => one.IsShared).Select(static one => one.SealBlock).Append(-1).Max();
        foreach (var segment in segments)
        {
            if (segment.SealBlock < Math.Max(shared, 0))
            {
                continue;
            }

            yield return new Border(segment.SealedAt, segment.SealBlock + 1);

            // A copy has blocks of its own, which say nothing about the log's.
            if (!segment.Copied && !segment.IsShared)
            {
                yield return new Border(segment.CreatedAt, segment.SealBlock + 1 - segment.Blocks);
            }
        }

        if (active.Blocks > 0)
        {
            yield return new Border(active.CreatedAt, active.NextBlockNumber - active.Blocks);
        }
    }

    /// <summary>A moment at which the number of blocks is known.</summary>
    /// <param name="Time">In milliseconds since 1970.</param>
    /// <param name="Blocks">How many blocks the log had then.</param>
    private readonly record struct Border(long Time, long Blocks);
}
