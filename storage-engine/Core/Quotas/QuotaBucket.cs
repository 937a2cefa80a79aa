namespace Serverless.StorageEngine.Quotas;

/// <summary>The bucket of one quota on one node. Safe for several threads.</summary>
/// <param name="time">The only clock.</param>
public sealed class QuotaBucket(TimeProvider time)
{
    private readonly Lock _lock = new();
    private TokenBucket _state;
    private QuotaRate _rate = new(1, TimeSpan.FromSeconds(1));

    /// <summary>See <see cref="TokenBucket.Take"/>.</summary>
    /// <param name="rate">The quota as it is now.</param>
    /// <param name="amount">Units, from 1 to the burst.</param>
    /// <returns>How long to wait; nothing when it was taken.</returns>
    public TimeSpan Take(QuotaRate rate, long amount)
    {
        lock (_lock)
        {
            _rate = rate;
            (_state, var wait) = _state.Take(rate, amount, Now);
            return wait;
        }
    }

    /// <summary>See <see cref="TokenBucket.Charge"/>.</summary>
    /// <param name="rate">The quota as it is now.</param>
    /// <param name="amount">Units, not negative.</param>
    public void Charge(QuotaRate rate, long amount)
    {
        lock (_lock)
        {
            _rate = rate;
            _state = _state.Charge(rate, amount, Now);
        }
    }

    /// <summary>See <see cref="TokenBucket.ChargeUnlessInDebt"/>.</summary>
    /// <param name="rate">The quota as it is now.</param>
    /// <param name="amount">Units, not negative.</param>
    /// <returns>The debt that there was; nothing when the amount was counted.</returns>
    public TimeSpan ChargeUnlessInDebt(QuotaRate rate, long amount)
    {
        lock (_lock)
        {
            _rate = rate;
            (_state, var debt) = _state.ChargeUnlessInDebt(rate, amount, Now);
            return debt;
        }
    }

    /// <summary>See <see cref="TokenBucket.DebtAt"/>.</summary>
    /// <param name="rate">The quota as it is now.</param>
    public TimeSpan Debt(QuotaRate rate)
    {
        lock (_lock)
        {
            return _state.DebtAt(rate, Now);
        }
    }

    /// <summary>What is left of a quota, and when all of it is there again.</summary>
    /// <param name="rate">The quota as it is now.</param>
    public (Int128 Remaining, TimeSpan FullAfter) Look(QuotaRate rate)
    {
        lock (_lock)
        {
            var now = Now;
            return (_state.RemainingAt(rate, now), _state.FullAfter(rate, now));
        }
    }

    /// <summary>When nothing tells the bucket from a new one any more, by the quota it was last used with.</summary>
    internal TimeSpan ForgettableAfter
    {
        get
        {
            lock (_lock)
            {
                return _state.FullAfter(_rate, Now);
            }
        }
    }

    // Read inside the lock, so that no call sees an earlier instant than the one before it.
    private long Now => time.GetElapsedTime(0, time.GetTimestamp()).Ticks;
}
