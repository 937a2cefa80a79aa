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
    /// The index of a copy has nearly every block, since its blocks are large: a read of whole ones reads no byte
    /// twice.
    /// </remarks>
    public int ReadLength(long position, int readBytes) => Row is { Copied: true }
        ? (int)(Index.WholeBlocks(position, readBytes, End) - position)
        : (int)Math.Min(readBytes, End - position);
}
