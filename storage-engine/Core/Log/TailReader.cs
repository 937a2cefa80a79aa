using System.Buffers;
using Serverless.StorageEngine.Log.Blocks;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Log;

/// <summary>Reads and folds blocks from a known place to the end of the log. One read at a time.</summary>
internal sealed class TailReader(LogId log, LogView view, LogHead logHead, LogContext context)
{
    /// <summary>Folds everything from a checkpoint on, in one read if memory allows: someone waits for the log to
    /// open.</summary>
    /// <param name="checkpoint">Where to begin when no tail is known; null when one is.</param>
    /// <param name="cancellationToken">Abandons the read; what was folded stays folded.</param>
    /// <returns>False when the segment does not exist.</returns>
    /// <exception cref="CorruptDataException">There is no checkpoint, or the blocks do not follow each
    /// other.</exception>
    public async ValueTask<bool> OpenAsync(BlockPlace? checkpoint, CancellationToken cancellationToken)
    {
        if (context.Opening.TryRent(context.Tuning.OpeningReadBytes) is not { } lent)
        {
            return await ReadAsync(checkpoint, lent: null, cancellationToken);
        }

        try
        {
            return await ReadAsync(checkpoint, lent, cancellationToken);
        }
        finally
        {
            context.Opening.Return(lent);
        }
    }

    /// <summary>Folds everything from the known tail on; most times that is nothing or one small block.</summary>
    /// <returns>False when the segment does not exist.</returns>
    /// <inheritdoc cref="OpenAsync"/>
    public ValueTask<bool> ReadToEndAsync(CancellationToken cancellationToken) =>
        ReadAsync(checkpoint: null, lent: null, cancellationToken);

    private async ValueTask<bool> ReadAsync(
        BlockPlace? checkpoint, byte[]? lent, CancellationToken cancellationToken)
    {
        var rented = lent is null ? ArrayPool<byte>.Shared.Rent(context.Tuning.TailReadBytes) : null;
        try
        {
            while (Next(checkpoint) is { } place)
            {
                var buffer = rented ?? lent!;
                var read = await context.Segments.ReadAsync(place.Segment, place.Position, buffer, cancellationToken);
                if (!read.Exists)
                {
                    if (!await GoesOnElsewhereAsync(place.Segment, cancellationToken))
                    {
                        return false;
                    }

                    continue;
                }

                var consumed = Fold(place, buffer.AsSpan(0, read.Count), out var needed);
                var isEnd = read.Count < buffer.Length;
                if (isEnd && (consumed < read.Count || view.State is null))
                {
                    throw new CorruptDataException(
                        $"Segment {place.Segment}, position {place.Position + consumed}: expected {needed} bytes of a "
                        + $"block, found {read.Count - consumed}.");
                }

                if (isEnd && view.State?.Segment == place.Segment)
                {
                    return true;
                }

                // The tail is further away than one read: go on in large ones.
                rented = Grow(buffer, rented, Math.Max(needed, context.Tuning.ReadBytes));
            }

            return true;
        }
        finally
        {
            Return(rented);
        }
    }

    // A segment that retention or a copy took away: an append of this node may have moved the view past it during the
    // read, and if not, the log goes on where the head row says, which is never in a segment that was taken away.
    private async ValueTask<bool> GoesOnElsewhereAsync(SegmentName gone, CancellationToken cancellationToken)
    {
        for (var seen = gone; view.State is { } known;)
        {
            if (known.Segment != gone)
            {
                return true;
            }

            var (head, _, _) = await logHead.ReadWithLeaseAsync(cancellationToken);
            if (head is not { Deleted: false, CheckpointPosition: >= 0 } || head.Segment == seen.Value)
            {
                return view.State?.Segment != gone;
            }

            seen = new SegmentName(head.Segment);
            if (await ReadBlockAsync(new BlockPlace(seen, head.CheckpointPosition), cancellationToken) is { } block)
            {
                view.Jump(LogRules.Before(log, seen, block));
            }
        }

        return false;
    }

    private async ValueTask<LogBlock?> ReadBlockAsync(BlockPlace place, CancellationToken cancellationToken)
    {
        using var buffer = MemoryPool<byte>.Shared.Rent(SegmentLimits.BlockBytesMax);
        var bytes = buffer.Memory[..SegmentLimits.BlockBytesMax];
        var read = await context.Segments.ReadAsync(place.Segment, place.Position, bytes, cancellationToken);
        if (!read.Exists || read.Count < BlockFormat.HeaderBytes)
        {
            return null;
        }

        var length = BlockDecoder.ReadLength(place.Segment, place.Position, bytes.Span[..read.Count]);
        return length > read.Count
            ? null
            : BlockDecoder.Decode(place.Segment, place.Position, bytes.Span[..length].ToArray());
    }

    private BlockPlace? Next(BlockPlace? checkpoint) => view.State switch
    {
        null => checkpoint,
        { Ended: true } => null,
        var state => new BlockPlace(state.Segment, state.Tail),
    };

    // Whole blocks only; each gets memory of its own, because the cache and the readers keep it.
    private int Fold(BlockPlace place, ReadOnlySpan<byte> bytes, out int needed)
    {
        var consumed = 0;
        needed = BlockFormat.HeaderBytes;
        while (bytes.Length - consumed >= BlockFormat.HeaderBytes)
        {
            var rest = bytes[consumed..];
            var length = BlockDecoder.ReadLength(place.Segment, place.Position + consumed, rest);
            if (length > rest.Length)
            {
                needed = length;
                break;
            }

            var memory = GC.AllocateUninitializedArray<byte>(length);
            rest[..length].CopyTo(memory);
            Take(place.Segment, BlockDecoder.Decode(place.Segment, place.Position + consumed, memory));
            consumed += length;
        }

        return consumed;
    }

    private void Take(SegmentName segment, LogBlock block)
    {
        if (view.State is null)
        {
            view.Open(LogRules.Before(log, segment, block));
        }

        view.Apply(block);
        context.Cache.Add(block.Header.Log, block);
    }

    private static byte[]? Grow(byte[] buffer, byte[]? rented, int wanted)
    {
        if (buffer.Length >= wanted)
        {
            return rented;
        }

        Return(rented);
        return ArrayPool<byte>.Shared.Rent(wanted);
    }

    private static void Return(byte[]? rented)
    {
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }
}
