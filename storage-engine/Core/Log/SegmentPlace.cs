using Serverless.StorageEngine.Log.Rows;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Log;

/// <summary>Where to look for an offset.</summary>
/// <param name="Segment">The segment that holds it.</param>
/// <param name="Position">Where a block begins that is not behind it.</param>
/// <param name="End">The known length of the segment.</param>
/// <param name="NextOffset">The offset behind what is known of the segment.</param>
/// <param name="Row">The segment's row; null for the active segment.</param>
internal readonly record struct SegmentPlace(
    SegmentName Segment, long Position, long End, long NextOffset, SegmentRow? Row);
