namespace Serverless.StorageEngine.Quotas;

/// <summary>A quota and how unevenly it may be used.</summary>
/// <param name="PerSecond">Units (bytes or requests) a second, at least 1.</param>
/// <param name="Window">
/// What may be used at once after a rest is the quota of this time, which is positive.
/// </param>
public readonly record struct QuotaRate(long PerSecond, TimeSpan Window)
{
    /// <summary>What may be used at once, in units; at least 1.</summary>
    public Int128 Burst => Int128.Max(1, (Int128)PerSecond * Window.Ticks / TimeSpan.TicksPerSecond);

    /// <summary>The time in which an amount comes back, rounded up to a tick.</summary>
    /// <param name="used">Units times ticks of a second: see <see cref="TokenBucket.Used"/>.</param>
    internal TimeSpan TimeOf(Int128 used) => used <= 0
        ? TimeSpan.Zero
        : new((long)Int128.Min(TimeSpan.MaxValue.Ticks, (used + PerSecond - 1) / PerSecond));
}
