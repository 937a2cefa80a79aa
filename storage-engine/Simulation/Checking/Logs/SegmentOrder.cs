using Serverless.StorageEngine.Simulation.Checking.Stored;

namespace Serverless.StorageEngine.Simulation.Checking.Logs;

/// <summary>Puts the segments of a partition into the order that their seals give.</summary>
internal static class SegmentOrder
{
    /// <summary>The segments from the first one on; what lies beside that chain must be empty.</summary>
    public static IReadOnlyList<StoredSegment> Follow(StoredPartition partition, Findings findings)
    {
        var byName = partition.Segments.ToDictionary(static segment => segment.Name, StringComparer.Ordinal);
        var named = partition.Segments
            .Select(static segment => segment.Blocks is [.., var last] ? last.Successor : null)
            .OfType<string>()
            .ToHashSet(StringComparer.Ordinal);
        var order = new List<StoredSegment>();
        var next = partition.Segments
            .Where(segment => segment.Length > 0 && !named.Contains(segment.Name))
            .OrderBy(static segment => segment.Blocks is [var first, ..] ? first.Number : long.MaxValue)
            .FirstOrDefault();
        while (next is not null && byName.Remove(next.Name))
        {
            order.Add(next);
            var successor = next.Blocks is [.., var last] ? last.Successor : null;
            next = string.IsNullOrEmpty(successor) ? null : byName.GetValueOrDefault(successor);
            findings.Expect(
                string.IsNullOrEmpty(successor) || next is not null,
                AnomalyKind.BrokenSeal,
                partition.Id,
                "a successor of the name",
                successor,
                "none");
        }

        foreach (var beside in byName.Values.Where(static segment => segment.Length > 0))
        {
            findings.Add(
                AnomalyKind.BrokenSeal, beside.Name, $"{beside.Length} bytes in a segment that no seal leads to");
        }

        return order;
    }
}
