using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text.Json;
using Serverless.StorageEngine.Simulation.Checking.Stored;

namespace Serverless.StorageEngine.Simulation.Checking.Logs;

/// <summary>Holds the rows of a log against its blocks: rows may lag, but what they say is true.</summary>
internal static class RowCheck
{
    private const int IndexEntryBytes = 24;

    /// <summary>Whether the head row says that the topic was deleted.</summary>
    public static bool IsDeleted(StoredPartition partition) =>
        Head(partition) is { } head && head.GetProperty("deleted").GetBoolean();

    /// <summary>The first offset that may be read.</summary>
    public static long LogStartOffset(StoredPartition partition) =>
        Head(partition) is { } head ? head.GetProperty("logStartOffset").GetInt64() : 0;

    /// <summary>The segment that the head row names, or null without a head row.</summary>
    public static string? HeadSegment(StoredPartition partition) =>
        Head(partition)?.GetProperty("segment").GetString();

    /// <summary>The segments that segment rows name, with the offsets that each stands for.</summary>
    public static IEnumerable<(string Segment, long From, long To)> SegmentRanges(StoredPartition partition)
    {
        foreach (var (_, value) in partition.Rows.Where(
            static row => row.Key.StartsWith("segment|", StringComparison.Ordinal)))
        {
            var row = Parse(value);
            yield return (
                row.GetProperty("segment").GetString()!,
                row.GetProperty("baseOffset").GetInt64(),
                row.GetProperty("nextOffset").GetInt64());
        }
    }

    /// <summary>Checks the rows of a partition whose topic lives.</summary>
    public static void Check(LogScan scan, Findings findings)
    {
        CheckHead(scan, findings);
        foreach (var (key, value) in scan.Partition.Rows)
        {
            if (key.StartsWith("segment|", StringComparison.Ordinal))
            {
                CheckSegment(scan, key, Parse(value), findings);
            }
        }
    }

    private static void CheckHead(LogScan scan, Findings findings)
    {
        if (Head(scan.Partition) is not { } head)
        {
            findings.Expect(scan.Blocks.Count == 0, AnomalyKind.RowAhead, scan.Id, "a head row", "one", "none");
            return;
        }

        var name = head.GetProperty("segment").GetString()!;
        var position = head.GetProperty("checkpointPosition").GetInt64();
        var place = scan.Segments.FindIndex(segment => segment.Name == name);
        if (place < 0)
        {
            // The row of a new log comes before its first block.
            findings.Expect(
                scan.Blocks.Count == 0 && position < 0, AnomalyKind.RowAhead, scan.Id, "a segment", "in the log", name);
            return;
        }

        var segment = scan.Segments[place];
        findings.Expect(
            position < 0 || scan.Blocks.Exists(
                block => block.Segment == name && block.Position == position && block.State is not null),
            AnomalyKind.RowAhead,
            name,
            "a block with a state at",
            position,
            position);
        findings.Expect(
            head.GetProperty("segmentBaseOffset").GetInt64() == segment.BaseOffset,
            AnomalyKind.WrongIndex,
            name,
            "base offset in the head row",
            segment.BaseOffset,
            head.GetProperty("segmentBaseOffset").GetInt64());
        findings.Expect(
            LogStartOffset(scan.Partition) <= scan.NextOffset,
            AnomalyKind.RowAhead,
            scan.Id,
            "log start offset at most",
            scan.NextOffset,
            LogStartOffset(scan.Partition));
        var ranges = SegmentRanges(scan.Partition).ToList();
        for (var earlier = 0; earlier < place; earlier++)
        {
            var (from, to) = (scan.Segments[earlier].BaseOffset, scan.Segments[earlier + 1].BaseOffset);
            findings.Expect(
                to <= scan.LogStart
                || scan.Partition.Rows.ContainsKey(KeyOf(scan, scan.Segments[earlier]))
                || ranges.Exists(row => row.From <= from && row.To >= to),
                AnomalyKind.WrongIndex,
                scan.Segments[earlier].Name,
                "a row of the segment, which lies before the head's,",
                "one",
                "none");
        }
    }

    private static void CheckSegment(LogScan scan, string key, JsonElement row, Findings findings)
    {
        var name = row.GetProperty("segment").GetString()!;
        if (scan.Copies.TryGetValue(name, out var copy))
        {
            CheckCopy(scan, copy, key, row, findings);
            return;
        }

        var place = scan.Segments.FindIndex(segment => segment.Name == name);
        if (place < 0 || scan.Segments[place] is not { Last.Kind: StoredBlockKind.Seal } segment)
        {
            findings.Add(AnomalyKind.RowAhead, name, "a row of a segment that is not sealed, or not in the log");
            return;
        }

        var seal = segment.Last!;
        var nextOffset = scan.Ends[(name, seal.End)];
        Expect("key", KeyOf(scan, segment), key);
        Expect("base offset", segment.BaseOffset, row.GetProperty("baseOffset").GetInt64());
        Expect("next offset", nextOffset, row.GetProperty("nextOffset").GetInt64());
        Expect("bytes", seal.End, row.GetProperty("bytes").GetInt64());
        Expect("blocks", segment.Blocks, row.GetProperty("blocks").GetInt64());
        Expect("creation", segment.CreatedAt, row.GetProperty("createdAt").GetInt64());
        Expect("end", seal.WrittenAt, row.GetProperty("sealedAt").GetInt64());
        Expect("smallest timestamp", segment.MinTimestamp, row.GetProperty("minTimestamp").GetInt64());
        Expect("largest timestamp", segment.MaxTimestamp, row.GetProperty("maxTimestamp").GetInt64());
        if (!segment.IsAdopted && row.TryGetProperty("largestTimestamp", out var own))
        {
            Expect("own largest timestamp", segment.OwnMaxTimestamp, own.GetInt64());
        }

        Expect("seal position", seal.Position, row.GetProperty("sealPosition").GetInt64());
        Expect("index interval", segment.IndexInterval, row.GetProperty("indexInterval").GetInt64());
        Expect("index", string.Join(' ', segment.Index), string.Join(' ', IndexOf(row)));

        void Expect<T>(string what, T expected, T found) => findings.Expect(
            Equals(expected, found), AnomalyKind.WrongIndex, name, what + " in its row", expected, found);
    }

    private static void CheckCopy(LogScan scan, CopyScan copy, string key, JsonElement row, Findings findings)
    {
        if (copy.Summary is not { } summary)
        {
            findings.Add(AnomalyKind.RowAhead, copy.Stored.Name, "a row of a copy without an end");
            return;
        }

        Expect("key", $"segment|{scan.Id.Log}|{long.MaxValue - summary.BaseOffset:D19}", key);
        Expect("base offset", summary.BaseOffset, row.GetProperty("baseOffset").GetInt64());
        Expect("next offset", summary.NextOffset, row.GetProperty("nextOffset").GetInt64());
        Expect("bytes", copy.Stored.Length, row.GetProperty("bytes").GetInt64());
        Expect("blocks", copy.Stored.Blocks.Length, row.GetProperty("blocks").GetInt64());
        Expect("smallest timestamp", summary.MinTimestamp, row.GetProperty("minTimestamp").GetInt64());
        Expect("own largest timestamp", summary.LargestTimestamp, row.GetProperty("largestTimestamp").GetInt64());
        Expect("last block", copy.Stored.Blocks[^1].Position, row.GetProperty("sealPosition").GetInt64());
        Expect("index interval", summary.IndexInterval, row.GetProperty("indexInterval").GetInt64());
        Expect("index", string.Join(' ', summary.Index), string.Join(' ', IndexOf(row)));

        void Expect<T>(string what, T expected, T found) => findings.Expect(
            Equals(expected, found), AnomalyKind.WrongIndex, copy.Stored.Name, what + " in its row", expected, found);
    }

    private static ImmutableArray<StoredIndexEntry> IndexOf(JsonElement row)
    {
        var bytes = row.GetProperty("index").GetBytesFromBase64();
        var entries = ImmutableArray.CreateBuilder<StoredIndexEntry>(bytes.Length / IndexEntryBytes);
        for (var from = 0; from + IndexEntryBytes <= bytes.Length; from += IndexEntryBytes)
        {
            entries.Add(new StoredIndexEntry(
                BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(from)),
                BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(from + 8)),
                BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(from + 16))));
        }

        return entries.DrainToImmutable();
    }

    private static string KeyOf(LogScan scan, SegmentScan segment) =>
        $"segment|{scan.Id.Log}|{long.MaxValue - segment.BaseOffset:D19}";

    private static JsonElement? Head(StoredPartition partition) =>
        partition.Rows.TryGetValue($"head|{partition.Id.Log}", out var row) ? Parse(row) : null;

    private static JsonElement Parse(byte[] row)
    {
        using var document = JsonDocument.Parse(row);
        return document.RootElement.Clone();
    }
}
