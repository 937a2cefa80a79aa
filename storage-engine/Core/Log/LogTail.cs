using System.Buffers;
using Serverless.StorageEngine.Log.Blocks;
using Serverless.StorageEngine.Scheduling;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Log;

/// <summary>Reads a log's tail: on demand, and again and again while someone waits for records.</summary>
internal sealed class LogTail(LogView view, SegmentDirectory directory, LogContext context)
{
    private readonly Gate _reading = new();
    private readonly Lock _lock = new();
    private long _started;
    private long _completed;
    private int _followers;
    private bool _following;

    /// <summary>Whether anyone waits for records.</summary>
    public bool IsFollowed
    {
        get
        {
            lock (_lock)
            {
                return _followers > 0;
            }
        }
    }

    /// <summary>
    /// Folds everything that was durable when this call began. Calls at the same time share one read, and its failure.
    /// </summary>
    /// <returns>False when the active segment does not exist any more: the log was deleted.</returns>
    public async ValueTask<bool> RefreshAsync(CancellationToken cancellationToken)
    {
        var before = Volatile.Read(ref _started);
        await _reading.EnterAsync(cancellationToken);
        try
        {
            if (_completed > before)
            {
                // That read began after this call, so it saw everything this call may ask for.
                return true;
            }

            var number = Interlocked.Increment(ref _started);
            var exists = await ReadToEndAsync(cancellationToken);
            if (exists)
            {
                _completed = number;
                view.NoteEnd();
            }

            return exists;
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

    /// <summary>Keeps the tail fresh while the returned handle lives; the first one starts the reading, the last one
    /// ends it.</summary>
    /// <param name="refresh">Brings the view up to date; opens the log if it exists by now.</param>
    public IDisposable Follow(Func<CancellationToken, ValueTask> refresh)
    {
        lock (_lock)
        {
            _followers++;
            if (!_following)
            {
                _following = true;
                _ = FollowAsync(refresh);
            }
        }

        return new Follower(this);
    }

    private async Task FollowAsync(Func<CancellationToken, ValueTask> refresh)
    {
        // The caller goes on at once; the first look comes with the first pause behind it, since a fetch just looked.
        var interval = context.Tuning.TailIntervalMin;
        var failed = false;
        while (true)
        {
            await Task.Delay(failed ? context.Tuning.RetryDelayMax : interval, context.Time);
            lock (_lock)
            {
                if (_followers == 0)
                {
                    _following = false;
                    return;
                }
            }

            var known = view.State?.NextBlockNumber ?? 0;
            var wasAway = failed;
            try
            {
                await refresh(CancellationToken.None);
                failed = false;
            }
            catch (Exception)
            {
                // The loop must outlive every fault, or those who wait would wait in vain: their own deadlines end
                // their waits, and the fetch behind a wait meets the same fault and reports it.
                failed = true;
                continue;
            }

            // Whoever could not write while storage was away writes as soon as it is back.
            var moved = (view.State?.NextBlockNumber ?? 0) > known;
            interval = moved || wasAway
                ? context.Tuning.TailIntervalMin
                : Min(interval * 2, context.Tuning.TailIntervalMax);
        }
    }

    private async ValueTask<bool> ReadToEndAsync(CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(context.Tuning.TailReadBytes);
        try
        {
            while (view.State is { Ended: false } state)
            {
                var read = await context.Segments.ReadAsync(state.Segment, state.Tail, buffer, cancellationToken);
                if (!read.Exists)
                {
                    return false;
                }

                var consumed = Fold(state, buffer.AsSpan(0, read.Count), out var needed);
                var isEnd = read.Count < buffer.Length;
                if (isEnd && consumed < read.Count)
                {
                    throw new CorruptDataException(
                        $"Segment {state.Segment}, position {state.Tail + consumed}: expected {needed} bytes of a "
                        + $"block, found {read.Count - consumed}.");
                }

                if (isEnd && view.State?.Segment == state.Segment)
                {
                    return true;
                }

                buffer = Grow(buffer, needed);
            }

            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // Whole blocks only; each gets memory of its own, because the cache and the readers keep it.
    private int Fold(LogState state, ReadOnlySpan<byte> bytes, out int needed)
    {
        var consumed = 0;
        needed = context.Tuning.TailReadBytes;
        while (bytes.Length - consumed >= BlockFormat.HeaderBytes)
        {
            var rest = bytes[consumed..];
            var length = BlockDecoder.ReadLength(state.Segment, state.Tail + consumed, rest);
            if (length > rest.Length)
            {
                needed = length;
                break;
            }

            var memory = GC.AllocateUninitializedArray<byte>(length);
            rest[..length].CopyTo(memory);
            Take(BlockDecoder.Decode(state.Segment, state.Tail + consumed, memory));
            consumed += length;
        }

        return consumed;
    }

    private void Take(LogBlock block)
    {
        if (view.Apply(block) is { } sealedRow)
        {
            directory.NoteSealed(sealedRow);
        }

        context.Cache.Add(block.Header.Log, block);
    }

    // The tail is further away than one small read: go on in large ones.
    private byte[] Grow(byte[] buffer, int needed)
    {
        var wanted = Math.Max(needed, context.Tuning.ReadBytes);
        if (buffer.Length >= wanted)
        {
            return buffer;
        }

        ArrayPool<byte>.Shared.Return(buffer);
        return ArrayPool<byte>.Shared.Rent(wanted);
    }

    private static TimeSpan Min(TimeSpan left, TimeSpan right) => left < right ? left : right;

    private sealed class Follower(LogTail tail) : IDisposable
    {
        private int _disposed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _disposed, 1) == 0)
            {
                lock (tail._lock)
                {
                    tail._followers--;
                }
            }
        }
    }
}
