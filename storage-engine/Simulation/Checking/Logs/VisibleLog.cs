namespace Serverless.StorageEngine.Simulation.Checking.Logs;

/// <summary>Which records a reader that knows only rows and bytes finds at the end: through segment rows, and from the
/// head on through seals.</summary>
internal static class VisibleLog
{
    /// <summary>The offsets from the first scanned one on: whether each leads to its record.</summary>
    public static bool[] Of(LogScan scan)
    {
        var visible = new bool[scan.Records.Count];
        var gone = scan.Partition.Segments.Where(static one => one.IsGone).Select(static one => one.Name)
            .ToHashSet(StringComparer.Ordinal);
        foreach (var (name, from, to) in RowCheck.SegmentRanges(scan.Partition))
        {
            if (!scan.Copies.TryGetValue(name, out var copy))
            {
                Mark(from, to, offset => !gone.Contains(name) && scan.Segments.Exists(one => one.Name == name));
            }
            else if (!copy.Stored.IsGone)
            {
                Mark(from, to, offset =>
                    copy.Records.TryGetValue(offset, out var copied) && copied == scan.At(offset));
            }
        }

        // A log without a head row has no rows at all; that is told elsewhere.
        var head = RowCheck.HeadSegment(scan.Partition);
        var place = head is null ? 0 : scan.Segments.FindIndex(segment => segment.Name == head);
        for (; place >= 0 && place < scan.Segments.Count; place++)
        {
            var end = place + 1 < scan.Segments.Count ? scan.Segments[place + 1].BaseOffset : scan.NextOffset;
            var name = scan.Segments[place].Name;
            Mark(scan.Segments[place].BaseOffset, end, _ => !gone.Contains(name));
        }

        return visible;

        void Mark(long from, long to, Func<long, bool> leads)
        {
            for (var offset = Math.Max(from, scan.Start); offset < Math.Min(to, scan.NextOffset); offset++)
            {
                visible[offset - scan.Start] |= leads(offset);
            }
        }
    }
}
