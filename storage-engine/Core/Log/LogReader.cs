using Serverless.StorageEngine.Log.Blocks;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Log;

/// <summary>Reads batches of one log by offset: from the cache, else from the segment that the index points to.</summary>
internal sealed class LogReader(LogId log, LogView view, SegmentDirectory directory, LogContext context)
{
    // One read at a time and log: a second reader of the same place finds the first one's blocks in the cache.
    private readonly SemaphoreSlim _loading = new(1);

    /// <summary>Whole batches from <paramref name="offset"/> on, up to the known end of the log.</summary>
    /// <param name="offset">Below the known end, not below the log start.</param>
    /// <param name="bytesMax">Stops before this is exceeded, but returns one batch in any case.</param>
    /// <param name="cancellationToken">Abandons the read.</param>
    /// <returns>Null when a segment is gone: look at the head row again.</returns>
    public async ValueTask<IReadOnlyList<RecordBatch>?> ReadAsync(
        long offset, int bytesMax, CancellationToken cancellationToken)
    {
        var batches = new List<RecordBatch>();
        var (next, end, bytes) = (offset, view.State!.NextOffset, 0L);
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
        await _loading.WaitAsync(cancellationToken);
        try
        {
            return context.Cache.Find(log, offset) ?? await ScanAsync(
                offset,
                Math.Clamp(bytesMax, LogLimits.ReadBytes, SegmentLimits.BlockBytesMax),
                block => block.Entries.Count > 0 && block.NextOffset > offset,
                cancellationToken);
        }
        finally
        {
            _loading.Release();
        }
    }

    /// <summary>The first block from an offset on that <paramref name="wanted"/> accepts, within the offset's segment.</summary>
    public async ValueTask<LogBlock?> ScanAsync(
        long offset, int readBytes, Func<LogBlock, bool> wanted, CancellationToken cancellationToken)
    {
        var place = await LocateAsync(offset, cancellationToken);
        if (place is not var (segment, position))
        {
            return null;
        }

        var buffer = new byte[readBytes];
        while (true)
        {
            var read = await context.Segments.ReadAsync(segment, position, buffer, cancellationToken);
            if (!read.Exists || read.Count == 0)
            {
                return null;
            }

            var found = Cut(segment, position, buffer.AsMemory(0, read.Count), wanted, out var consumed);
            if (found is not null)
            {
                return found;
            }

            position += consumed;
            if (consumed == 0 && read.Count < buffer.Length)
            {
                throw new CorruptDataException(
                    $"Segment {segment}, position {position}: expected a whole block, found {read.Count} bytes.");
            }

            // The cache keeps slices of the old buffer.
            buffer = new byte[consumed == 0 ? SegmentLimits.BlockBytesMax : readBytes];
        }
    }

    // Every whole block goes to the cache, also those behind the wanted one: the reader will ask for them next.
    private LogBlock? Cut(
        SegmentName segment, long position, Memory<byte> bytes, Func<LogBlock, bool> wanted, out int consumed)
    {
        LogBlock? found = null;
        consumed = 0;
        while (bytes.Length - consumed >= BlockFormat.HeaderBytes)
        {
            var rest = bytes[consumed..];
            var length = BlockDecoder.ReadLength(segment, position + consumed, rest.Span);
            if (length > rest.Length)
            {
                break;
            }

            var block = BlockDecoder.Decode(segment, position + consumed, rest[..length]);
            context.Cache.Add(log, block);
            found ??= wanted(block) ? block : null;
            consumed += length;
        }

        return found;
    }

    private async ValueTask<(SegmentName Segment, long Position)?> LocateAsync(
        long offset, CancellationToken cancellationToken)
    {
        var state = view.State!;
        if (offset >= state.SegmentBaseOffset)
        {
            return (state.Segment, state.Index.AtOrBefore(offset)?.Position ?? 0);
        }

        var row = await directory.FindAsync(offset, cancellationToken);
        return row is null || row.NextOffset <= offset
            ? null
            : (row.SegmentName(), row.SparseIndex().AtOrBefore(offset)?.Position ?? 0);
    }
}
