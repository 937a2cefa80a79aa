using Serverless.StorageEngine.Scheduling;

namespace Serverless.StorageEngine.Storage;

/// <summary>
/// Notices that a storage service has stopped answering, holds further calls back meanwhile, and lets them go as soon
/// as it answers again.
/// </summary>
/// <remarks>
/// Without it a call that was made a moment before the service came back would hang to its limit, and its log with it.
/// A call that is held back has certainly not happened, so that its failure is a clear one. While calls are held back,
/// a cheap read looks every <see cref="ProbeInterval"/> whether the service is back; when nothing is held back, nothing
/// looks. A service that is slow but answers is not silent: each answer counts, also those of the looks.
/// </remarks>
/// <param name="target">The service, as messages name it.</param>
/// <param name="probe">A cheap read; what it finds does not matter.</param>
/// <param name="time">The only clock.</param>
internal sealed class StorageWatch(string target, Func<CancellationToken, ValueTask> probe, TimeProvider time)
{
    /// <summary>The time between two looks: a quarter of the second within which service is back.</summary>
    public static readonly TimeSpan ProbeInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// How long a look may take: as long as any call, so that a service that is merely slow is seen to answer. So at
    /// most 20 looks are under way.
    /// </summary>
    public static readonly TimeSpan ProbeLimit = StorageDeadline.Limit;

    /// <summary>How long a call is held back before it is refused.</summary>
    public static readonly TimeSpan HoldLimit = StorageDeadline.Limit;

    /// <summary>What a refused caller is told to wait.</summary>
    public static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly WaitingRoom _held = new();
    private StorageSilence _silence;
    private bool _probing;

    /// <summary>Makes a call, unless the service is silent for longer than anyone waits.</summary>
    /// <param name="call">
    /// The call with its own limit. Its answer, and a failure within <see cref="StorageSilence.Limit"/>, show that the
    /// service is there.
    /// </param>
    /// <param name="cancellationToken">Abandons a call that is held back; is the caller's own.</param>
    /// <exception cref="StorageUnavailableException">The service is silent, and the call was not made.</exception>
    public async ValueTask<T> AroundAsync<T>(Func<ValueTask<T>> call, CancellationToken cancellationToken)
    {
        if (!TryBegin())
        {
            await HoldAsync(cancellationToken);
        }

        var began = Now();
        try
        {
            var answer = await call();
            Answered();
            return answer;
        }
        catch (Exception exception)
        {
            // Adapters have limits of their own, and running into one is no answer: only a quick failure is.
            if (exception is not OperationCanceledException && Now() - began < StorageSilence.Limit)
            {
                Answered();
            }
            else
            {
                GiveUp();
            }

            throw;
        }
    }

    private async ValueTask HoldAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(HoldLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            while (BeginOrWait(either.Token) is { } wait)
            {
                StartProbing();
                await wait;
            }
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new StorageUnavailableException(
                $"{target} has stopped answering; the call was not made.", exception, RetryAfter);
        }
    }

    private bool TryBegin()
    {
        lock (_lock)
        {
            var now = Now();
            var silent = _silence.IsSilent(now);
            _silence = silent ? _silence : _silence.Began(now);
            return !silent;
        }
    }

    // Under one lock, so that what is heard in between is not missed.
    private Task? BeginOrWait(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return TryBegin() ? null : _held.WaitAsync(cancellationToken);
        }
    }

    private void Answered()
    {
        lock (_lock)
        {
            _silence = _silence.Answered(Now());
            _held.LetOut();
        }
    }

    private void GiveUp()
    {
        lock (_lock)
        {
            _silence = _silence.GivenUp(Now());
        }
    }

    private void StartProbing()
    {
        lock (_lock)
        {
            if (_probing)
            {
                return;
            }

            _probing = true;
        }

        // Not awaited: it serves everyone who is held back, and ends with the last of them.
        _ = ProbeAsync();
    }

    private async Task ProbeAsync()
    {
        while (IsNeeded())
        {
            _ = LookAsync();
            await Task.Delay(ProbeInterval, time);
        }
    }

    private bool IsNeeded()
    {
        lock (_lock)
        {
            _probing = !_held.IsEmpty;
            return _probing;
        }
    }

    private async Task LookAsync()
    {
        var began = Now();
        using var limit = new CancellationTokenSource(ProbeLimit, time);
        try
        {
            await probe(limit.Token);
        }
        catch (Exception) when (Now() - began >= StorageSilence.Limit)
        {
            // Still silent: the next look comes soon, and those who are held back have their own limit.
            return;
        }
        catch (Exception exception) when (exception is StorageUnavailableException)
        {
            // It answers, though with a refusal: those who are held back go on and meet it themselves.
        }

        lock (_lock)
        {
            _silence = _silence.Heard(Now());
            _held.LetOut();
        }
    }

    private TimeSpan Now() => time.GetElapsedTime(0);
}
