using System.Buffers;
using Serverless.StorageEngine.Log.Blocks;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Scheduling;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Log;

/// <summary>Reads batches of one log by offset: from the cache, else from the segment that the index points
/// to.</summary>
internal sealed class LogReader(LogId log, LogView view, SegmentDirectory directory, LogContext context)
{
    // One read at a time and log: a second reader of the same place finds the first one's blocks in the cache.
    private readonly Gate _loading = new();

    // The end of the last block that was read: the index knows a place in each MiB only.
    private volatile LastRead? _last;

    /// <summary>Whole batches from <paramref name="offset"/> on, up to the known end of the log.</summary>
    /// <param name="offset">Below <paramref name="end"/>, not below the log start.</param>
    /// <param name="end">The high watermark that the answer will state: nothing behind it is returned.</param>
    /// <param name="bytesMax">Stops before this is exceeded, but returns one batch in any case.</param>
    /// <param name="cancellationToken">Abandons the read.</param>
    /// <returns>Null when a segment is gone: look at the head row again.</returns>
    public async ValueTask<IReadOnlyList<RecordBatch>?> ReadAsync(
        long offset, long end, int bytesMax, CancellationToken cancellationToken)
    {
        var batches = new List<RecordBatch>();
        var (next, bytes) = (offset, 0L);
        while (next < end && bytes < bytesMax)
        {
            var block = context.Cache.Find(log, next) ?? await LoadAsync(next, bytesMax, cancellationToken);
            if (block is null)
            {
                return batches.Count > 0 ? batches : null;
            }

            foreach (var batch in block.Batches)
            {
                if (batch.NextOffset <= next)
                {
                    continue;
                }

                if (batches.Count > 0 && bytes + batch.Length > bytesMax)
                {
                    return batches;
                }

                batches.Add(batch);
                bytes += batch.Length;
            }

            next = block.NextOffset;
        }

        return batches;
    }

    private async ValueTask<LogBlock?> LoadAsync(long offset, int bytesMax, CancellationToken cancellationToken)
    {
        await _loading.EnterAsync(cancellationToken);
        try
        {
            return context.Cache.Find(log, offset) ?? await ScanAsync(
                offset,
                ReadBytes(offset, bytesMax),
                block => block.Entries.Count > 0 && block.NextOffset > offset,
                cancellationToken);
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

    /// <summary>The first block from an offset on that <paramref name="wanted"/> accepts, within the offset's
    /// segment.</summary>
    public async ValueTask<LogBlock?> ScanAsync(
        long offset, int readBytes, Func<LogBlock, bool> wanted, CancellationToken cancellationToken)
    {
        if (await LocateAsync(offset, cancellationToken) is not var (segment, position, end))
        {
            return null;
        }

        while (position < end)
        {
            var length = (int)Math.Min(readBytes, end - position);
            using var buffer = MemoryPool<byte>.Shared.Rent(length);
            var read = await context.Segments.ReadAsync(segment, position, buffer.Memory[..length], cancellationToken);
            if (!read.Exists || read.Count == 0)
            {
                return null;
            }

            var bytes = buffer.Memory.Span[..read.Count];
            var found = Cut(segment, position, bytes, wanted, out var consumed, out var needed);
            position += consumed;
            if (found is not null)
            {
                return found;
            }

            if (consumed == 0 && (read.Count < length || position + needed > end))
            {
                throw new CorruptDataException(
                    $"Segment {segment}, position {position}: expected {needed} bytes of a block, found {read.Count}.");
            }

            readBytes = Math.Max(readBytes, needed);
        }

        return null;
    }

    // A reader that goes on where the last read ended most likely reads to the end: fewer and larger reads.
    private int ReadBytes(long offset, int bytesMax)
    {
        var ahead = _last is { } last && last.NextOffset == offset ? last.Bytes * 2L : 0;
        return (int)Math.Clamp(Math.Max(bytesMax, ahead), context.Tuning.ReadBytes, SegmentLimits.BlockBytesMax);
    }

    // Every whole block goes to the cache, also those behind the wanted one: the reader will ask for them next.
    private LogBlock? Cut(
        SegmentName segment,
        long position,
        ReadOnlySpan<byte> bytes,
        Func<LogBlock, bool> wanted,
        out int consumed,
        out int needed)
    {
        LogBlock? found = null;
        (consumed, needed) = (0, BlockFormat.HeaderBytes);
        while (bytes.Length - consumed >= BlockFormat.HeaderBytes)
        {
            var rest = bytes[consumed..];
            needed = BlockDecoder.ReadLength(segment, position + consumed, rest);
            if (needed > rest.Length)
            {
                break;
            }

            var block = BlockDecoder.Decode(segment, position + consumed, Copy(rest[..needed]));
            if (block.Header.Log != log)
            {
                throw new CorruptDataException(
                    $"Segment {segment}, position {block.Position}: expected log {log}, found {block.Header.Log}.");
            }

            context.Cache.Add(log, block);
            found ??= wanted(block) ? block : null;
            consumed += needed;
            if (block.Entries.Count > 0)
            {
                _last = new LastRead(segment, block.End, block.NextOffset, bytes.Length);
            }
        }

        return found;
    }

    // The cache and its readers keep a block for as long as they like: memory of its own is exactly what the cache
    // counts.
    private static byte[] Copy(ReadOnlySpan<byte> block)
    {
        var copy = GC.AllocateUninitializedArray<byte>(block.Length);
        block.CopyTo(copy);
        return copy;
    }

    // Segments never change before their end, so a place that was right once stays right.
    private async ValueTask<(SegmentName Segment, long Position, long End)?> LocateAsync(
        long offset, CancellationToken cancellationToken)
    {
        var state = view.State!;
        if (offset >= state.SegmentBaseOffset)
        {
            return (state.Segment, Start(state.Segment, state.Index, offset), state.Tail);
        }

        var row = await directory.FindAsync(offset, cancellationToken);
        return row is null
            ? null
            : (row.SegmentName(), Start(row.SegmentName(), row.SparseIndex(), offset), row.Bytes);
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
