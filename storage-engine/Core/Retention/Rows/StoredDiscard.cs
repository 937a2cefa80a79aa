using Serverless.StorageEngine.Log.Rows;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Retention.Rows;

/// <summary>The row of a segment that no segment row names, as read.</summary>
/// <param name="Row">What it says.</param>
/// <param name="Version">What a change of the row depends on.</param>
/// <param name="WrittenAt">When the row was written, in storage time: what its bytes wait from.</param>
internal sealed record StoredDiscard(DiscardRow Row, RowVersion Version, DateTimeOffset WrittenAt)
{
    /// <summary>Takes what a row says.</summary>
    public static StoredDiscard Of(TableRow row) =>
        new(RowJson.Read(row, LogRowsJson.Default.DiscardRow), row.Version, row.WrittenAt);
}
