using Serverless.StorageEngine.Log.Blocks;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Log;

/// <summary>Finds the first record at or after an instant: the segment by halving, the block by index, the record by
/// looking.</summary>
internal sealed class TimestampSearch(
    LogId log, LogView view, LogHead logHead, SegmentDirectory directory, LogReader reader, LogContext context)
{
    /// <summary>The first record by offset whose timestamp is not below <paramref name="timestamp"/>, or
    /// null.</summary>
    public async ValueTask<OffsetAndTimestamp?> FindAsync(long timestamp, CancellationToken cancellationToken)
    {
        var state = view.State;
        if (state is null || state.MaxTimestamp < timestamp || state.NextOffset == 0)
        {
            return null;
        }

        var logStart = logHead.Known?.LogStartOffset ?? 0;
        var from = await FindStartAsync(state, logStart, timestamp, cancellationToken);
        while (from < state.NextOffset)
        {
            var (block, next) = await reader.FindAsync(from, context.Tuning.ReadBytes, cancellationToken)
                ?? throw new StorageUnavailableException($"Log {log}: no segment holds offset {from} now; try again.");
            if (block is not null && FindIn(block, Math.Max(from, logStart), timestamp) is { } found)
            {
                return found;
            }

            from = next;
        }

        return null;
    }

    // The rows' largest timestamps grow from segment to segment, so halving the offsets finds the first segment that
    // reaches the instant; each step costs at most one row.
    private async ValueTask<long> FindStartAsync(
        LogState state, long logStart, long timestamp, CancellationToken cancellationToken)
    {
        var (low, high) = (logStart, state.SegmentBaseOffset);
        var start = high;
        var index = state.Index;
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            var row = await directory.FindAsync(middle, cancellationToken)
                ?? throw new StorageUnavailableException(
                    $"Log {log}: no segment holds offset {middle} now; its row may be on the way.");
            if (row.MaxTimestamp >= timestamp)
            {
                (high, start, index) = (row.BaseOffset, row.BaseOffset, row.SparseIndex());
            }
            else
            {
                low = row.NextOffset;
            }
        }

        return Math.Max(logStart, index.BeforeTimestamp(timestamp)?.BaseOffset ?? start);
    }

    private OffsetAndTimestamp? FindIn(LogBlock block, long fromOffset, long timestamp)
    {
        foreach (var batch in block.Batches)
        {
            if (batch.NextOffset <= fromOffset || batch.MaxTimestamp < timestamp)
            {
                continue;
            }

            foreach (var record in RecordBatchReader.Enumerate(batch, context.Compression))
            {
                if (record.Offset >= fromOffset && record.Timestamp >= timestamp)
                {
                    return new OffsetAndTimestamp(record.Offset, record.Timestamp);
                }
            }
        }

        return null;
    }
}
