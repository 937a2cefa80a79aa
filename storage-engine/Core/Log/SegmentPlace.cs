using Serverless.StorageEngine.Log.Rows;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Log;

/// <summary>Where to look for an offset.</summary>
/// <param name="Segment">The segment that holds it.</param>
/// <param name="Position">Where a block begins that is not behind it.</param>
/// <param name="End">The known length of the segment.</param>
/// <param name="NextOffset">The offset behind what is known of the segment.</param>
/// <param name="Row">The segment's row; null for the active segment.</param>
/// <param name="Index">Its sparse index.</param>
internal readonly record struct SegmentPlace(
    SegmentName Segment, long Position, long End, long NextOffset, SegmentRow? Row, SparseIndex Index)
{
    /// <summary>How much to read from a block's beginning on.</summary>
    /// <param name="position">Where it begins, in front of <see cref="End"/>.</param>
    /// <param name="readBytes">About how much.</param>
    /// <remarks>
    /// It ends where a block ends, as far as the index knows such a place within reach: what is read of a block that ends
    /// behind it is read again. The index of a copy has nearly every block, since its blocks are large: a read of whole
    /// ones reads no byte twice.
    /// </remarks>
    public int ReadLength(long position, int readBytes)
    {
        var whole = Index.WholeBlocks(position, readBytes, End) - position;
        return (int)(Row is { Copied: true } || whole <= readBytes ? whole : Math.Min(readBytes, End - position));
    }

    /// <summary>How much to read for someone who will want what is behind it, too: whole blocks, as far as the index
    /// knows where they begin, also when the first one is larger than <paramref name="readBytes"/>.</summary>
    /// <inheritdoc cref="ReadLength"/>
    public int WholeLength(long position, int readBytes) =>
        (int)(Index.WholeBlocks(position, readBytes, End) - position);

    /// <summary>Whether a block is known to begin at a position, or the last one to end there.</summary>
    public bool IsBetweenBlocks(long position) => position == End || Index.Has(position);
}
