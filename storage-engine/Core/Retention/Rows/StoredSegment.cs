using Serverless.StorageEngine.Log.Rows;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Retention.Rows;

/// <summary>The row of a sealed segment as a keeper remembers it.</summary>
/// <param name="Row">The row without its sparse index, which is most of it: never written back.</param>
/// <param name="Version">What a change of the row depends on.</param>
/// <param name="WrittenAt">When the row was written, in storage time.</param>
internal sealed record StoredSegment(SegmentRow Row, RowVersion Version, DateTimeOffset WrittenAt)
{
    /// <summary>The largest timestamp of its own records, in milliseconds since 1970, or a bound above it; -1 when it
    /// has none.</summary>
    public long LargestTimestamp => Row.LargestTimestamp >= 0 ? Row.LargestTimestamp : Row.MaxTimestamp;

    /// <summary>Takes what a row says, but its index.</summary>
    public static StoredSegment Of(TableRow row) => new(
        RowJson.Read(row, LogRowsJson.Default.SegmentRow) with { Index = [] }, row.Version, row.WrittenAt);
}
