using System.Collections.Immutable;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Log;

/// <summary>
/// A segment's offset and time index: one entry per <see cref="IntervalBytes"/> of segment. Follows from the blocks
/// alone, so that every node that folds the same blocks has the same index.
/// </summary>
/// <param name="IntervalBytes">The least distance of two entries.</param>
/// <param name="Entries">In the order of position; offsets and timestamps grow with it.</param>
internal sealed record SparseIndex(long IntervalBytes, ImmutableArray<IndexEntry> Entries)
{
    /// <summary>
    /// 1,024 entries of 24 bytes are 24 KiB: small beside the 8 MiB between two checkpoints that carry them, and within
    /// one binary table property.
    /// </summary>
    public const int EntriesMax = 1_024;

    /// <summary>The distance of entries in a new segment: a quarter of a block, so that most look-ups read one
    /// block.</summary>
    public const long IntervalBytesStart = 1024 * 1024;

    /// <summary>The index of a segment without records.</summary>
    public static SparseIndex Empty { get; } = new(IntervalBytesStart, []);

    /// <summary>Adds a block with records, if it is far enough from the last entry.</summary>
    public SparseIndex With(IndexEntry entry)
    {
        if (Entries.Length > 0 && entry.Position - Entries[^1].Position < IntervalBytes)
        {
            return this;
        }

        return Entries.Length < EntriesMax
            ? this with { Entries = Entries.Add(entry) }
            : Thin().With(entry);
    }

    /// <summary>The last entry at or before an offset, or null when the index is empty or begins behind it.</summary>
    public IndexEntry? AtOrBefore(long offset)
    {
        var (low, high) = (0, Entries.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = Entries[middle].BaseOffset <= offset ? (middle + 1, high) : (low, middle);
        }

        return low == 0 ? null : Entries[low - 1];
    }

    /// <summary>Whether an entry tells of this position.</summary>
    public bool Has(long position)
    {
        var (low, high) = (0, Entries.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = Entries[middle].Position < position ? (middle + 1, high) : (low, middle);
        }

        return low < Entries.Length && Entries[low].Position == position;
    }

    /// <summary>Where a read ends that begins with a block and wants whole blocks, as far as the index knows where they
    /// begin.</summary>
    /// <param name="position">Where the block begins, in front of <paramref name="end"/>.</param>
    /// <param name="bytes">About how much to read: less when that ends a block, more when the first one is
    /// larger.</param>
    /// <param name="end">Where the last block ends.</param>
    public long WholeBlocks(long position, int bytes, long end)
    {
        var reach = position + bytes;
        var (low, high) = (0, Entries.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = Entries[middle].Position <= reach ? (middle + 1, high) : (low, middle);
        }

        var next = low < Entries.Length ? Entries[low].Position : end;
        return next <= reach ? next
            : low > 0 && Entries[low - 1].Position > position ? Entries[low - 1].Position
            : next - position <= SegmentLimits.BlockBytesMax ? next
            : reach;
    }

    /// <summary>The last entry before which every record is older than a timestamp; null when there is none.</summary>
    public IndexEntry? BeforeTimestamp(long timestamp)
    {
        var (low, high) = (0, Entries.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = Entries[middle].MaxTimestampBefore < timestamp ? (middle + 1, high) : (low, middle);
        }

        return low == 0 ? null : Entries[low - 1];
    }

    // Every second entry goes and the distance doubles: any prefix of the blocks still gives the same index.
    private SparseIndex Thin() =>
        new(checked(IntervalBytes * 2), [.. Entries.Where((_, place) => place % 2 == 0)]);
}
