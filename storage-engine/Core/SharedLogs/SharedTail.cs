using System.Buffers;
using Serverless.StorageEngine.Scheduling;
using Serverless.StorageEngine.SharedLogs.Blocks;
using Serverless.StorageEngine.SharedLogs.Rows;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.SharedLogs;

/// <summary>Opens a shared log and reads its tail. One read at a time, which serves everyone who asks for it.</summary>
internal sealed class SharedTail(
    SharedLogId log, SharedView view, SharedDirectory directory, SharedContext context)
{
    private const int AttemptsMax = 8;
    private readonly Gate _reading = new();
    private long _started;
    private long _completed;

    // Kept for the next try: a creation that is not answered leaves one empty carrier behind, however often it is tried.
    private SegmentName? _first;

    /// <summary>The number of the newest read that has begun; each read has a higher one.</summary>
    public long ReadsBegun => Volatile.Read(ref _started);

    /// <summary>Folds everything that was durable when this call began.</summary>
    /// <param name="create">Whether to start the shared log when there is none.</param>
    /// <param name="cancellationToken">Abandons the read.</param>
    /// <returns>False when there is none, or it was deleted.</returns>
    public ValueTask<bool> RefreshAsync(bool create, CancellationToken cancellationToken) =>
        RefreshAsync(ReadsBegun, create, cancellationToken);

    /// <summary>Folds everything that was durable when <see cref="ReadsBegun"/> had a value.</summary>
    /// <inheritdoc cref="RefreshAsync(bool, CancellationToken)"/>
    public async ValueTask<bool> RefreshAsync(long readsBegun, bool create, CancellationToken cancellationToken)
    {
        await _reading.EnterAsync(cancellationToken);
        try
        {
            if (Volatile.Read(ref _completed) > readsBegun)
            {
                return true;
            }

            var number = Interlocked.Increment(ref _started);
            if ((view.State is null && !await OpenAsync(create, cancellationToken))
                || !await ReadToEndAsync(cancellationToken))
            {
                return false;
            }

            Volatile.Write(ref _completed, number);
            return true;
        }
        catch (StorageUnavailableException exception)
        {
            _reading.Refuse(exception.ForAnother);
            throw;
        }
        finally
        {
            _reading.Leave();
        }
    }

    private async ValueTask<bool> OpenAsync(bool create, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < AttemptsMax; attempt++)
        {
            if (await directory.ReadHeadAsync(cancellationToken) is { } head)
            {
                if (head.Deleted)
                {
                    return false;
                }

                if (await TryOpenFromAsync(head, cancellationToken))
                {
                    return true;
                }
            }
            else if (!create)
            {
                return false;
            }
            else
            {
                await TryCreateAsync(cancellationToken);
            }

            await context.BackOffAsync(attempt);
        }

        throw new StorageUnavailableException($"Shared log {log} could not be opened in {AttemptsMax} tries.");
    }

    // The carrier before the row: a crash in between leaves an empty carrier that nothing points to.
    private async ValueTask TryCreateAsync(CancellationToken cancellationToken)
    {
        var carrier = _first ??= SharedKeys.CarrierName(log, number: 0, context.Nonce64())
            .In(context.DrawAccount());
        try
        {
            await context.Blobs.CreateAsync(carrier, cancellationToken);
            await directory.CreateAsync(
                new SharedHeadRow(carrier.Value, 0, SealPosition: -1, SealLength: 0, Deleted: false),
                cancellationToken);
        }
        catch (StorageOutcomeUnknownException)
        {
            // The next look tells.
        }
    }

    // False when the carrier is gone: the head has moved on meanwhile.
    private async ValueTask<bool> TryOpenFromAsync(SharedHeadRow head, CancellationToken cancellationToken)
    {
        var carrier = new SegmentName(head.Carrier);
        if (head.SealPosition < 0)
        {
            view.Open(SharedState.Empty(log, carrier));
            return true;
        }

        var bytes = new byte[head.SealLength];
        var read = await context.Blobs.ReadAsync(carrier, head.SealPosition, bytes, cancellationToken);
        if (!read.Exists)
        {
            return false;
        }

        if (read.Count < bytes.Length)
        {
            throw new CorruptDataException(
                $"Carrier {carrier}, position {head.SealPosition}: expected a seal of {bytes.Length} bytes, found "
                + $"{read.Count}.");
        }

        view.Open(SharedRules.Behind(log, CarrierDecoder.Decode(log, carrier, head.SealPosition, bytes)));
        return true;
    }

    // False when the shared log was deleted.
    private async ValueTask<bool> ReadToEndAsync(CancellationToken cancellationToken)
    {
        var (buffer, writesRows) = (ArrayPool<byte>.Shared.Rent(context.Tuning.TailReadBytes), true);
        try
        {
            while (true)
            {
                // Writers register seals; a node that only reads does so when it has seen too many to remember.
                writesRows = writesRows
                    && (!directory.HasTooManyUnregistered || await directory.TryWriteAsync(cancellationToken));
                var state = view.State!;
                var read = await context.Blobs.ReadAsync(state.Carrier, state.Tail, buffer, cancellationToken);
                if (!read.Exists)
                {
                    if (!await GoesOnElsewhereAsync(state.Carrier, cancellationToken))
                    {
                        return false;
                    }

                    continue;
                }

                var consumed = Fold(state, buffer.AsSpan(0, read.Count), out var needed);
                var isEnd = read.Count < buffer.Length;
                if (isEnd && consumed < read.Count)
                {
                    throw new CorruptDataException(
                        $"Carrier {state.Carrier}, position {state.Tail + consumed}: expected {needed} bytes of a block, "
                        + $"found {read.Count - consumed}.");
                }

                if (isEnd && view.State!.Carrier == state.Carrier)
                {
                    return true;
                }

                buffer = Grow(buffer, Math.Max(needed, Math.Min(buffer.Length * 2, context.Tuning.ReadBytesMax)));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // A carrier goes when nothing in it counts; the log went on in others long ago.
    private async ValueTask<bool> GoesOnElsewhereAsync(SegmentName gone, CancellationToken cancellationToken)
    {
        for (var attempt = 0; view.State!.Carrier == gone; attempt++)
        {
            if (await directory.ReadHeadAsync(cancellationToken) is not { Deleted: false } head)
            {
                return false;
            }

            if (head.Carrier == gone.Value || attempt >= AttemptsMax)
            {
                return view.State!.Carrier != gone
                    ? true
                    : throw new CorruptDataException(
                        $"Carrier {gone}: expected to exist, since shared log {log} was not deleted, but it does not.");
            }

            await TryOpenFromAsync(head, cancellationToken);
        }

        return true;
    }

    // Whole blocks only; each gets memory of its own, because readers come for its pieces.
    private int Fold(SharedState state, ReadOnlySpan<byte> bytes, out int needed)
    {
        var consumed = 0;
        needed = CarrierFormat.HeaderBytes;
        while (bytes.Length - consumed >= CarrierFormat.HeaderBytes)
        {
            var rest = bytes[consumed..];
            var position = state.Tail + consumed;
            var length = CarrierDecoder.ReadLength(state.Carrier, position, rest);
            if (length > rest.Length)
            {
                needed = length;
                break;
            }

            view.Apply(CarrierDecoder.Decode(log, state.Carrier, position, rest[..length].ToArray()));
            consumed += length;
        }

        return consumed;
    }

    private static byte[] Grow(byte[] buffer, int wanted)
    {
        if (buffer.Length >= wanted)
        {
            return buffer;
        }

        ArrayPool<byte>.Shared.Return(buffer);
        return ArrayPool<byte>.Shared.Rent(wanted);
    }
}
