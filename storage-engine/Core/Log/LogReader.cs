using System.Collections.Immutable;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Scheduling;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Log;

/// <summary>Reads batches of one log by offset: from the cache, else from the segment that the index points
/// to.</summary>
internal sealed class LogReader(LogId log, LogView view, SegmentDirectory directory, LogContext context)
{
    // An answer holds the whole read that its batches lie in: several of this size are read ahead, not larger ones.
    private const int AheadReadBytesMax = 2 * 1024 * 1024;

    // One load at a time and log: a second reader of the same place finds the first one's blocks in the cache.
    private readonly Gate _loading = new();
    private readonly ReadCursors _cursors = new(log, context);

    /// <summary>Completes when no read is on its way that nobody waits for.</summary>
    public Task Done => _cursors.Done;

    /// <summary>Whole batches from <paramref name="offset"/> on, up to the known end of the log.</summary>
    /// <param name="offset">Below <paramref name="end"/>, not below the log start.</param>
    /// <param name="end">The high watermark as known: no batch that begins behind it is looked for.</param>
    /// <param name="bytesMax">Stops before this is exceeded, but returns one batch in any case.</param>
    /// <param name="cancellationToken">Abandons the read.</param>
    /// <returns>Null when a segment is gone: look at the head row again.</returns>
    public async ValueTask<FetchedRange?> ReadAsync(
        long offset, long end, int bytesMax, CancellationToken cancellationToken)
    {
        var batches = new List<RecordBatch>();
        var (next, bytes) = (offset, 0L);
        while (next < end && bytes < bytesMax)
        {
            if (await FindAsync(next, bytesMax, cancellationToken) is not var (block, following))
            {
                return batches.Count > 0 ? FetchedRange.Of(batches, next) : null;
            }

            foreach (var batch in block?.Batches ?? ImmutableArray<RecordBatch>.Empty)
            {
                if (batch.NextOffset <= next)
                {
                    continue;
                }

                // A batch of a copy may have been made of one that is here already: the next fetch begins inside of it.
                if (batches.Count > 0 && (batch.BaseOffset < next || bytes + batch.Length > bytesMax))
                {
                    return FetchedRange.Of(batches, Math.Max(next, batch.BaseOffset));
                }

                batches.Add(batch);
                bytes += batch.Length;
            }

            next = following;
        }

        // A batch of a copy may reach behind an end that was known before the copy was made.
        return FetchedRange.Of(batches, next);
    }

    /// <summary>The first block with records at or behind an offset, in the segment that holds the offset.</summary>
    /// <returns>Null when no segment that holds the offset can be read now: look at the head row again.</returns>
    public async ValueTask<BlockSearch?> FindAsync(long offset, int bytesMax, CancellationToken cancellationToken)
    {
        var cached = context.Cache.Find(log, offset);
        context.Meters.Log.CountLookup(cached is not null);
        return cached is not null
            ? new BlockSearch(cached, cached.NextOffset)
            : await LoadAsync(offset, bytesMax, cancellationToken);
    }

    private async ValueTask<BlockSearch?> LoadAsync(long offset, int bytesMax, CancellationToken cancellationToken)
    {
        await _loading.EnterAsync(cancellationToken);
        try
        {
            return context.Cache.Find(log, offset) is { } cached
                ? new BlockSearch(cached, cached.NextOffset)
                : await ScanAsync(offset, bytesMax, cancellationToken);
        }
        catch (StorageUnavailableException exception)
        {
            _loading.Refuse(exception.ForAnother);
            throw;
        }
        finally
        {
            _loading.Leave();
        }
    }

    private async ValueTask<BlockSearch?> ScanAsync(long offset, int bytesMax, CancellationToken cancellationToken)
    {
        while (await LocateAsync(offset, cancellationToken) is { } place)
        {
            var known = _cursors.At(place, offset);
            var cursor = known ?? _cursors.Begin();
            var begin = known?.Begin(place) ?? place;
            var scan = new BlockScan(log, begin, cursor, GoesOn: known is not null, context);
            if (await scan.RunAsync(offset, ReadBytes(known, bytesMax), cancellationToken) is { } found)
            {
                _cursors.Keep(cursor);
                return found;
            }

            // A segment that a copy took the place of: its row tells where the records are now.
            if (place.Row is not { } row || !await directory.IsReplacedAsync(row, offset, cancellationToken))
            {
                return null;
            }
        }

        return null;
    }

    // A reader that goes on where a read ended most likely reads to the end: fewer and larger reads, as far as the cache
    // can hold them for all readers.
    private int ReadBytes(ReadCursor? known, int bytesMax)
    {
        var ahead = known is null
            ? 0
            : Math.Min(Math.Min(known.Bytes * 2L, AheadReadBytesMax), context.Cache.AheadBytesMax);
        return (int)Math.Clamp(Math.Max(bytesMax, ahead), context.Tuning.ReadBytes, SegmentLimits.BlockBytesMax);
    }

    // Segments never change before their end, so a place that was right once stays right while the segment lives.
    private async ValueTask<SegmentPlace?> LocateAsync(
        long offset, CancellationToken cancellationToken)
    {
        var state = view.State!;
        if (offset >= state.SegmentBaseOffset)
        {
            return new SegmentPlace(
                state.Segment,
                Start(state.Segment, state.Index, offset),
                state.Tail,
                state.NextOffset,
                Row: null,
                state.Index);
        }

        if (await directory.FindAsync(offset, cancellationToken) is not { } row)
        {
            return null;
        }

        // The last block of a copy has no records.
        var (index, end) = (row.SparseIndex(), row.Copied ? row.SealPosition : row.Bytes);
        var start = Start(row.SegmentName(), index, offset);
        return new SegmentPlace(row.SegmentName(), start, end, row.NextOffset, row, index);
    }

    // The index knows a place in each MiB only.
    private long Start(SegmentName segment, SparseIndex index, long offset) =>
        _cursors.Start(segment, offset, index.AtOrBefore(offset)?.Position ?? 0);
}
