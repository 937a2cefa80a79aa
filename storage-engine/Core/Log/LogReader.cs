using System.Collections.Immutable;
using Serverless.StorageEngine.Log.Blocks;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Scheduling;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Log;

/// <summary>Reads batches of one log by offset: from the cache, else from the segment that the index points
/// to.</summary>
internal sealed class LogReader(LogId log, LogView view, SegmentDirectory directory, LogContext context)
{
    // One load at a time and log: a second reader of the same place finds the first one's blocks in the cache.
    private readonly Gate _loading = new();
    private readonly ReadAhead _ahead = new(log, context);

    // The end of the last block that was read: the index knows a place in each MiB only.
    private volatile LastRead? _last;

    /// <summary>Completes when no read is on its way that nobody waits for.</summary>
    public Task Done => _ahead.Done;

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
                return batches.Count > 0 ? new FetchedRange(batches, next) : null;
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
                    return new FetchedRange(batches, Math.Max(next, batch.BaseOffset));
                }

                batches.Add(batch);
                bytes += batch.Length;
            }

            next = following;
        }

        // A batch of a copy may reach behind an end that was known before the copy was made.
        return new FetchedRange(batches, next);
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
                : await ScanAsync(offset, ReadBytes(offset, bytesMax), cancellationToken);
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

    private async ValueTask<BlockSearch?> ScanAsync(
        long offset, int readBytes, CancellationToken cancellationToken)
    {
        while (await LocateAsync(offset, cancellationToken) is { } place)
        {
            if (await ScanAsync(place, offset, readBytes, cancellationToken) is { } found)
            {
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

    // Null when the segment is gone.
    private async ValueTask<BlockSearch?> ScanAsync(
        SegmentPlace place, long offset, int readBytes, CancellationToken cancellationToken)
    {
        var (segment, position, end, goesOn) = (place.Segment, place.Position, place.End, GoesOn(offset));
        while (position < end)
        {
            var (bytes, asked) = await ReadAsync(place, position, readBytes, cancellationToken);
            if (bytes.IsEmpty)
            {
                return null;
            }

            if (goesOn)
            {
                // The store reads what follows while the blocks are checked here.
                _ahead.GoOn(place, position + BlockRun.LengthOf(segment, position, bytes.Span), readBytes);
            }

            var run = Cut(segment, position, bytes);
            position += run.Length;
            if (run.Blocks.FirstOrDefault(block => !block.Entries.IsEmpty && block.NextOffset > offset) is { } found)
            {
                return new BlockSearch(found, found.NextOffset);
            }

            if (run.Length == 0 && (bytes.Length < asked || position + run.Needed > end))
            {
                throw new CorruptDataException(
                    $"Segment {segment}, position {position}: expected {run.Needed} bytes of a block, found {bytes.Length}.");
            }

            readBytes = Math.Max(readBytes, run.Needed);
        }

        // Only a compaction takes records out, and it never touches the active segment.
        return place.Row is null ? null : new BlockSearch(Block: null, place.NextOffset);
    }

    // Also how many bytes were asked for. None when the segment is gone.
    private async ValueTask<(Memory<byte> Bytes, int Asked)> ReadAsync(
        SegmentPlace place, long position, int readBytes, CancellationToken cancellationToken)
    {
        if (await _ahead.TakeAsync(place.Segment, position, cancellationToken) is { } ahead)
        {
            return (ahead, ahead.Length);
        }

        var bytes = GC.AllocateUninitializedArray<byte>(place.ReadLength(position, readBytes));
        var read = await context.Segments.ReadAsync(place.Segment, position, bytes, cancellationToken);
        return (read.Exists ? bytes.AsMemory(0, read.Count) : default, bytes.Length);
    }

    // A reader that goes on where the last read ended most likely reads to the end: fewer and larger reads, as far as
    // the cache can hold them for all readers.
    private int ReadBytes(long offset, int bytesMax)
    {
        var ahead = GoesOn(offset) ? Math.Min(_last!.Bytes * 2L, context.Cache.AheadBytesMax) : 0;
        return (int)Math.Clamp(Math.Max(bytesMax, ahead), context.Tuning.ReadBytes, SegmentLimits.BlockBytesMax);
    }

    private bool GoesOn(long offset) => _last is { } last && last.NextOffset == offset;

    // Every whole block goes to the cache, also those behind the wanted one: the reader will ask for them next.
    private BlockRun Cut(SegmentName segment, long position, Memory<byte> bytes)
    {
        var copies = bytes.Length > context.Cache.PageBytesMax;
        var run = BlockRun.Cut(log, segment, position, bytes, copies);
        if (copies)
        {
            foreach (var block in run.Blocks)
            {
                context.Cache.Add(log, block);
            }
        }
        else
        {
            context.Cache.Add(log, run.Blocks, bytes.Length + run.Blocks.Sum(static block => block.ObjectsBytes));
        }

        if (run.Blocks.LastOrDefault(static block => !block.Entries.IsEmpty) is { } last)
        {
            _last = new LastRead(segment, last.End, last.NextOffset, bytes.Length);
        }

        return run;
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

    private long Start(SegmentName segment, SparseIndex index, long offset)
    {
        var indexed = index.AtOrBefore(offset)?.Position ?? 0;
        return _last is { } last && last.Segment == segment && last.NextOffset <= offset
            ? Math.Max(last.Position, indexed)
            : indexed;
    }

    // One object, so that readers without the lock see its parts together.
    private sealed record LastRead(SegmentName Segment, long Position, long NextOffset, int Bytes);
}
