using System.Collections.Immutable;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Log.Rows;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Retention.Rows;

/// <summary>Puts the pages of a log's rows together. Keys bring discards first, then the head, then the segments, the
/// newest one first.</summary>
internal sealed class LogRowsReader(LogId log)
{
    private readonly RowRange _discardKeys = LogKeys.Discards(log);
    private readonly RowRange _segmentKeys = LogKeys.Segments(log);
    private readonly ImmutableArray<StoredDiscard>.Builder _discards = ImmutableArray.CreateBuilder<StoredDiscard>();
    private readonly Queue<StoredSegment> _segments = new();
    private TableRow? _head;
    private long _bytesLeftOut;

    /// <summary>Reads all rows.</summary>
    /// <returns>Null when the log was never written, or is deleted.</returns>
    public static async ValueTask<LogRows?> ReadAsync(
        LogId log, ITableStore tables, CancellationToken cancellationToken)
    {
        var (reader, range) = (new LogRowsReader(log), RowRange.All);
        for (var more = true; more;)
        {
            var page = await tables.QueryAsync(
                LogKeys.Partition(log), range, LogRowsLimits.PageRowsMax, cancellationToken);
            foreach (var row in page.Rows)
            {
                reader.Add(row);
            }

            more = page.More && page.Rows.Count > 0;
            range = more ? range.After(page.Rows[^1].Key) : range;
        }

        return reader.End();
    }

    private void Add(TableRow row)
    {
        if (row.Key == LogKeys.Head(log))
        {
            _head = row;
        }
        else if (_segmentKeys.Contains(row.Key))
        {
            Add(StoredSegment.Of(row));
        }
        else if (_discardKeys.Contains(row.Key) && _discards.Count < LogRowsLimits.DiscardsMax)
        {
            _discards.Add(StoredDiscard.Of(row));
        }
    }

    private void Add(StoredSegment segment)
    {
        _segments.Enqueue(segment);
        if (_segments.Count > LogRowsLimits.SegmentsMax)
        {
            _bytesLeftOut += _segments.Dequeue().Row.Bytes;
        }
    }

    private LogRows? End() =>
        _head is { } row && RowJson.Read(row, LogRowsJson.Default.HeadRow) is { Deleted: false } head
            ? new LogRows(
                log,
                head,
                row.Version,
                row.WrittenAt,
                [.. _segments.Reverse()],
                _bytesLeftOut,
                _discards.DrainToImmutable())
            : null;
}
