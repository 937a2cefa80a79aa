using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Log.Rows;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Retention.Rows;

/// <summary>Tells which segments no row of a log names.</summary>
internal static class UnnamedSegments
{
    /// <summary>Takes those out of some names that segment rows or discards tell of.</summary>
    /// <param name="log">The log.</param>
    /// <param name="names">What is left is named by no row, unless rows moved while they were read: whatever moved since
    /// the head row was read has moved the head row's version, or has left a discard.</param>
    /// <param name="tables">Where the rows lie.</param>
    /// <param name="cancellationToken">Abandons the reading.</param>
    /// <returns>The head row's version, read behind the discards and before the segments; null when the log was never
    /// written, or is deleted.</returns>
    public static async ValueTask<RowVersion?> FindAsync(
        LogId log, HashSet<string> names, ITableStore tables, CancellationToken cancellationToken)
    {
        RowVersion? version = null;
        var range = RowRange.All;
        for (var more = true; more && names.Count > 0;)
        {
            var page = await tables.QueryAsync(
                LogKeys.Partition(log), range, LogRowsLimits.PageRowsMax, cancellationToken);
            foreach (var row in page.Rows)
            {
                if (row.Key == LogKeys.Head(log))
                {
                    version = RowJson.Read(row, LogRowsJson.Default.HeadRow).Deleted ? null : row.Version;
                }
                else if (LogKeys.Discards(log).Contains(row.Key))
                {
                    names.Remove(StoredDiscard.Of(row).Row.Segment);
                }
                else if (LogKeys.Segments(log).Contains(row.Key))
                {
                    names.Remove(StoredSegment.Of(row).Row.Segment);
                }
            }

            more = page.More && page.Rows.Count > 0;
            range = more ? range.After(page.Rows[^1].Key) : range;
        }

        return version;
    }
}
