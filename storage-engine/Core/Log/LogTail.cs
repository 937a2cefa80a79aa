using Serverless.StorageEngine.Diagnostics;
using Serverless.StorageEngine.Scheduling;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Log;

/// <summary>
/// Reads a log's tail: from a checkpoint when the log is opened, on demand, and again and again while someone waits for
/// records.
/// </summary>
internal sealed class LogTail(LogView view, TailReader reader, LogContext context)
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

    /// <summary>The number of the newest read that has begun; each read has a higher one.</summary>
    public long ReadsBegun => Volatile.Read(ref _started);

    /// <summary>
    /// Whether the log was seen to its end by a read that began after <see cref="ReadsBegun"/> had a value: then
    /// everything that was durable at that moment is folded.
    /// </summary>
    public bool HasSeenEndSince(long readsBegun) => Volatile.Read(ref _completed) > readsBegun;

    /// <summary>
    /// Folds everything that was durable when this call began. Calls at the same time share one read, and its failure.
    /// </summary>
    /// <returns>False when the active segment does not exist any more: the log was deleted.</returns>
    public ValueTask<bool> RefreshAsync(CancellationToken cancellationToken) =>
        RefreshAsync(ReadsBegun, cancellationToken);

    /// <summary>Folds everything that was durable when <see cref="ReadsBegun"/> had a value.</summary>
    /// <inheritdoc cref="RefreshAsync(CancellationToken)"/>
    public ValueTask<bool> RefreshAsync(long readsBegun, CancellationToken cancellationToken) =>
        ReadAsync(readsBegun, checkpoint: null, cancellationToken);

    /// <summary>Opens the log at a checkpoint and folds it and everything behind it.</summary>
    /// <returns>False when the segment does not exist.</returns>
    /// <exception cref="CorruptDataException">There is no checkpoint at that place.</exception>
    public ValueTask<bool> OpenAsync(BlockPlace checkpoint, CancellationToken cancellationToken) =>
        ReadAsync(ReadsBegun, checkpoint, cancellationToken);

    private async ValueTask<bool> ReadAsync(
        long readsBegun, BlockPlace? checkpoint, CancellationToken cancellationToken)
    {
        await _reading.EnterAsync(cancellationToken);
        try
        {
            if (HasSeenEndSince(readsBegun))
            {
                // That read began late enough, so it saw everything this call may ask for.
                return true;
            }

            var number = Interlocked.Increment(ref _started);
            var exists = Volatile.Read(ref _completed) == 0
                ? await reader.OpenAsync(checkpoint, cancellationToken)
                : await reader.ReadToEndAsync(cancellationToken);
            if (exists)
            {
                Volatile.Write(ref _completed, number);
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
        EngineActivities.Become(null);

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
            catch (Exception exception)
            {
                // The loop must outlive every fault, or those who wait would wait in vain: their own deadlines end
                // their waits, and the fetch behind a wait meets the same fault and tells it. A mistake of the program
                // may not be met there.
                if (!LogContext.IsFault(exception))
                {
                    context.ReportFailure(exception);
                }

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
