namespace Serverless.StorageEngine.Quotas;

/// <summary>
/// How much of a quota is used at an instant: a token bucket, kept as what is missing from it. Pure; no value of it is
/// rounded, so nothing is lost however small the parts are that it is used in.
/// </summary>
/// <param name="Used">
/// What was used and has not come back, in units times <see cref="TimeSpan.TicksPerSecond"/>: so a tick brings back the
/// quota's units a second. More than the burst is a debt.
/// </param>
/// <param name="At">The instant of that, in ticks of any clock that only has to go on.</param>
/// <remarks>
/// <para>
/// Requests are counted before they are served (<see cref="Take"/>): of what is taken, no span of time t has more than
/// rate * t + burst. Bytes are counted as they pass (<see cref="Charge"/>), since nobody knows them before: one request
/// may go over, as in Kafka, and the next one waits for <see cref="DebtAt"/> to be paid.
/// </para>
/// <para>A clock that goes back brings nothing back and takes nothing away; time counts again from there.</para>
/// </remarks>
public readonly record struct TokenBucket(Int128 Used, long At)
{
    /// <summary>The bucket at an instant, after what has come back until then.</summary>
    public TokenBucket Until(QuotaRate rate, long now)
    {
        var back = now <= At ? 0 : ((Int128)now - At) * rate.PerSecond;
        return new(back >= Used ? 0 : Used - back, now);
    }

    /// <summary>Takes an amount, if all of it is there.</summary>
    /// <param name="rate">The quota.</param>
    /// <param name="amount">Units, from 1 to the burst.</param>
    /// <param name="now">The instant.</param>
    /// <returns>The bucket afterwards, and how long to wait: nothing when the amount was taken.</returns>
    public (TokenBucket Next, TimeSpan Wait) Take(QuotaRate rate, long amount, long now)
    {
        var bucket = Until(rate, now);
        var used = bucket.Used + Scaled(amount);
        var over = used - Scaled(rate.Burst);
        return over <= 0 ? (bucket with { Used = used }, TimeSpan.Zero) : (bucket, rate.TimeOf(over));
    }

    /// <summary>Counts an amount that has passed, be it there or not.</summary>
    /// <param name="rate">The quota.</param>
    /// <param name="amount">Units, not negative.</param>
    /// <param name="now">The instant.</param>
    public TokenBucket Charge(QuotaRate rate, long amount, long now)
    {
        var bucket = Until(rate, now);
        return bucket with { Used = bucket.Used + Scaled(amount) };
    }

    /// <summary>Counts an amount that has passed, unless there is a debt already: so none grows.</summary>
    /// <param name="rate">The quota.</param>
    /// <param name="amount">Units, not negative.</param>
    /// <param name="now">The instant.</param>
    /// <returns>The bucket afterwards, and the debt that there was: nothing when the amount was counted.</returns>
    public (TokenBucket Next, TimeSpan Debt) ChargeUnlessInDebt(QuotaRate rate, long amount, long now) =>
        DebtAt(rate, now) is var debt && debt > TimeSpan.Zero
            ? (Until(rate, now), debt)
            : (Charge(rate, amount, now), TimeSpan.Zero);

    /// <summary>How long it takes until a debt is paid; nothing where there is none.</summary>
    public TimeSpan DebtAt(QuotaRate rate, long now) => rate.TimeOf(Until(rate, now).Used - Scaled(rate.Burst));

    /// <summary>What is there, in whole units.</summary>
    public Int128 RemainingAt(QuotaRate rate, long now) =>
        Int128.Max(0, (Scaled(rate.Burst) - Until(rate, now).Used) / TimeSpan.TicksPerSecond);

    /// <summary>How long it takes until all is there again.</summary>
    public TimeSpan FullAfter(QuotaRate rate, long now) => rate.TimeOf(Until(rate, now).Used);

    private static Int128 Scaled(Int128 amount) => amount * TimeSpan.TicksPerSecond;
}
