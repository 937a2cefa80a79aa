using System.Collections.Immutable;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Log.Rows;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Retention.Rows;

/// <summary>The rows of one log, as far as a keeper decides on them.</summary>
/// <remarks>
/// Read page by page, so that others may have changed rows in between. Whatever a keeper or a trim changes moves the
/// version of the head row, which is read first: a change on the condition of <see cref="HeadVersion"/> is one of what
/// stood here at one moment.
/// </remarks>
/// <param name="Log">Which log.</param>
/// <param name="Head">Its head row; not that of a deleted log.</param>
/// <param name="HeadVersion">What a change of the log depends on.</param>
/// <param name="HeadWrittenAt">When the head row was written or checked, in storage time.</param>
/// <param name="Segments">The sealed segments, oldest first; the newest are missing where there are too many.</param>
/// <param name="BytesLeftOut">The bytes of the segments that are missing.</param>
/// <param name="Discards">What no segment row names; some are missing where there are too many.</param>
internal sealed record LogRows(
    LogId Log,
    HeadRow Head,
    RowVersion HeadVersion,
    DateTimeOffset HeadWrittenAt,
    ImmutableArray<StoredSegment> Segments,
    long BytesLeftOut,
    ImmutableArray<StoredDiscard> Discards)
{
    /// <summary>The bytes of the log; of its active segment only those that the head row tells of.</summary>
    public long Bytes => Segments.Sum(static one => one.Row.Bytes) + BytesLeftOut
        + (Segments.Any(one => one.Row.Segment == Head.Segment) ? 0 : Math.Max(0, Head.CheckpointPosition));

    /// <summary>
    /// Whether a segment lies wholly in front of what a node may open the log from: only then may it go or be replaced.
    /// </summary>
    public bool IsBehindUs(SegmentRow row) =>
        row.BaseOffset < Head.SegmentBaseOffset && row.NextOffset <= Head.SegmentBaseOffset;
}
