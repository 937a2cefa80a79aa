using System.Collections.Immutable;
using System.Globalization;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Simulation.Histories;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Simulation.Checking.Stored;

/// <summary>
/// Everything that the two stores hold of all partitions, taken apart as <c>FORMAT.md</c> says and judged by nobody
/// yet.
/// </summary>
/// <remarks>
/// Read with code of its own, not with the engine's: a mistake of the engine that wrote the bytes must not be shared by
/// the one who judges them. The two meet only in the document.
/// </remarks>
/// <param name="Partitions">Every partition that has a segment, in order of topic id and index.</param>
public sealed record StoredLog(ImmutableArray<StoredPartition> Partitions)
{
    private const string CopyPrefix = "copies/";
    private const string SharedPrefix = "shared/";

    /// <summary>Reads every segment of every partition to its end, and the rows of their logs.</summary>
    /// <param name="segments">The segments; nobody may be writing any more.</param>
    /// <param name="tables">The rows.</param>
    /// <param name="compression">Restores compressed batches.</param>
    /// <param name="cancellationToken">Abandons the read.</param>
    public static ValueTask<StoredLog> ReadAsync(
        ISegmentStore segments, ITableStore tables, ICompression compression, CancellationToken cancellationToken) =>
        ReadAsync(segments, tables, [], carried: null, compression, cancellationToken);

    /// <summary>The same, with the segments that were deleted meanwhile.</summary>
    /// <param name="segments">The segments; nobody may be writing any more.</param>
    /// <param name="tables">The rows.</param>
    /// <param name="deletions">What was deleted.</param>
    /// <param name="carried">What shared logs carry; null to read their carriers, which then must all be there.</param>
    /// <param name="compression">Restores compressed batches.</param>
    /// <param name="cancellationToken">Abandons the read.</param>
    public static async ValueTask<StoredLog> ReadAsync(
        ISegmentStore segments,
        ITableStore tables,
        IEnumerable<StoredDeletion> deletions,
        CarriedSegments? carried,
        ICompression compression,
        CancellationToken cancellationToken)
    {
        var found = new SortedDictionary<string, StoredSegment>(StringComparer.Ordinal);
        var carriers = new CarriedSegments();
        await foreach (var name in segments.ListAsync("", cancellationToken))
        {
            var bytes = await ReadSegmentAsync(segments, name, cancellationToken);
            if (!CarriedSegments.IsCarrier(name.Value))
            {
                found.Add(name.Value, SegmentBytes.Parse(name.Value, bytes, compression));
            }
            else if (carried is null)
            {
                carriers.Add(name, bytes, static (_, _) => { }, static (_, _) => { });
            }
        }

        foreach (var (name, bytes) in (carried ?? carriers).All)
        {
            found.Add(name, SegmentBytes.Parse(name, bytes, compression));
        }

        // A creation that comes late leaves an empty segment where one had been.
        foreach (var deletion in deletions.Where(static one => one.Bytes.Length > 0))
        {
            if (!found.TryGetValue(deletion.Segment.Value, out var again) || again.Length == 0)
            {
                found[deletion.Segment.Value] =
                    SegmentBytes.Parse(deletion.Segment.Value, deletion.Bytes, compression) with { IsGone = true };
            }
        }

        var partitions = ImmutableArray.CreateBuilder<StoredPartition>();
        foreach (var of in found.Values.GroupBy(static segment => PartitionOf(segment.Name), StringComparer.Ordinal))
        {
            var id = IdOf(of.Key);
            var (copies, log) = (of.Where(IsCopy), of.Where(static segment => !IsCopy(segment)));
            partitions.Add(new StoredPartition(id, [.. log.OrderBy(static one => NameIn(one.Name), StringComparer.Ordinal)], await ReadRowsAsync(tables, id, cancellationToken))
            {
                Copies = [.. copies],
            });
        }

        partitions.Sort(static (one, other) =>
            (one.Id.Topic.Value, one.Id.Index).CompareTo((other.Id.Topic.Value, other.Id.Index)));
        return new StoredLog(partitions.ToImmutable());
    }

    private static bool IsCopy(StoredSegment segment) =>
        segment.Name.StartsWith(CopyPrefix, StringComparison.Ordinal);

    // Without what says where it lies.
    private static string NameIn(string segment) =>
        segment.StartsWith(CopyPrefix, StringComparison.Ordinal) ? segment[CopyPrefix.Length..]
        : segment.StartsWith(SharedPrefix, StringComparison.Ordinal)
            ? segment[(segment.IndexOf('/', SharedPrefix.Length) + 1)..]
            : segment;

    private static string PartitionOf(string segment) => NameIn(segment)[..NameIn(segment).LastIndexOf('/')];

    private static async ValueTask<byte[]> ReadSegmentAsync(
        ISegmentStore segments, SegmentName name, CancellationToken cancellationToken)
    {
        var bytes = new byte[await segments.GetLengthAsync(name, cancellationToken) ?? 0];
        for (var at = 0; at < bytes.Length;)
        {
            var piece = bytes.AsMemory(at, Math.Min(bytes.Length - at, SegmentLimits.BlockBytesMax));
            var read = await segments.ReadAsync(name, at, piece, cancellationToken);
            if (read.Count == 0)
            {
                throw new CorruptDataException($"Segment {name}: expected {bytes.Length} bytes, found {at}.");
            }

            at += read.Count;
        }

        return bytes;
    }

    private static async ValueTask<ImmutableSortedDictionary<string, byte[]>> ReadRowsAsync(
        ITableStore tables, PartitionId partition, CancellationToken cancellationToken)
    {
        var rows = ImmutableSortedDictionary.CreateBuilder<string, byte[]>(StringComparer.Ordinal);
        var range = RowRange.All;
        TablePage page;
        do
        {
            page = await tables.QueryAsync($"log|{partition.Log}", range, TableLimits.PageRowsMax, cancellationToken);
            foreach (var row in page.Rows)
            {
                rows.Add(row.Key, row.Value.ToArray());
                range = range.After(row.Key);
            }
        }
        while (page.More);

        return rows.ToImmutable();
    }

    private static PartitionId IdOf(string name)
    {
        var parts = name.Split('/');
        return new PartitionId(
            TopicId.Parse(parts[0]), int.Parse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture));
    }
}
