using System.Collections.Immutable;

namespace Serverless.StorageEngine.Retention.Compaction;

/// <summary>Which neighbours a compaction deals with in one step. Pure.</summary>
/// <remarks>
/// Segments out of which something goes are rewritten, as many of them together as make one segment of full size. A
/// segment that loses nothing joins them only where it is no larger than they are together, so that the rewriting of
/// what stays as it is stays in proportion; on its own it is left in place.
/// </remarks>
internal static class CompactionGroups
{
    /// <summary>
    /// The most segments in one copy: the transaction that makes it count removes a row and adds another for each, beside
    /// three changes of its own, and takes 100.
    /// </summary>
    public const int SourcesMax = 40;

    // Tombstones that were first met within a quarter of the time that they stay may share a segment, and with it the
    // later clock of the two. The quarters are fixed, so that no series of compactions can put a clock off for ever.
    private const int TombstoneQuarters = 4;

    /// <summary>The steps, in the order of the log.</summary>
    /// <param name="sources">The segments of the plan up to the end of the mapped range, in the order of the log.</param>
    /// <param name="mappedEnd">The end of the mapped range.</param>
    /// <param name="settings">What the topic says.</param>
    /// <param name="now">The storage service's time, in milliseconds since 1970.</param>
    public static ImmutableArray<CompactionGroup> Of(
        ImmutableArray<CompactionSource> sources, long mappedEnd, CompactionSettings settings, long now)
    {
        var groups = ImmutableArray.CreateBuilder<CompactionGroup>();
        for (var from = 0; from < sources.Length;)
        {
            var count = CountFrom(sources.AsSpan()[from..], mappedEnd, settings, now);
            var some = sources.Slice(from, count);
            groups.Add(new CompactionGroup(some, count > 1 || some[0].Loses, mappedEnd));
            from += count;
        }

        return groups.DrainToImmutable();
    }

    // How many of the next segments make one group: 1 also where the first one is better left alone.
    private static int CountFrom(
        ReadOnlySpan<CompactionSource> sources, long mappedEnd, CompactionSettings settings, long now)
    {
        var first = sources[0];
        var bytes = first.Row.Bytes;
        var count = 1;
        while (count < Math.Min(sources.Length, SourcesMax))
        {
            var next = sources[count];
            if (bytes + next.Row.Bytes > settings.SegmentBytes
                || next.Row.NextOffset > mappedEnd
                || (!next.Loses && next.Row.Bytes > bytes)
                || !ShareClock(sources[..count], next, settings, now))
            {
                break;
            }

            bytes += next.Row.Bytes;
            count++;
        }

        return first.Loses || first.Row.Bytes <= bytes - first.Row.Bytes ? count : 1;
    }

    private static bool ShareClock(
        ReadOnlySpan<CompactionSource> group, CompactionSource next, CompactionSettings settings, long now)
    {
        if (next.Tombstones == 0)
        {
            return true;
        }

        var quarter = Math.Max(1, settings.DeleteRetentionMs / TombstoneQuarters);
        foreach (var source in group)
        {
            if (source.Tombstones > 0 && source.CleanedAt(now) / quarter != next.CleanedAt(now) / quarter)
            {
                return false;
            }
        }

        return true;
    }
}
