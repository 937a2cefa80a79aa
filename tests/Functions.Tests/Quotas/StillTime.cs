namespace Serverless.Functions.Tests.Quotas;

/// <summary>
/// A clock that stands still until a test moves it. Timers run by the world's clock, a hundred times as fast: whoever
/// waits and looks again does so soon.
/// </summary>
internal sealed class StillTime : TimeProvider
{
    private static readonly DateTimeOffset Beginning = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private long _ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Volatile.Read(ref _ticks);

    public override DateTimeOffset GetUtcNow() => Beginning.AddTicks(GetTimestamp());

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        System.CreateTimer(callback, state, Faster(dueTime), Faster(period));

    public void Pass(double seconds) => Interlocked.Add(ref _ticks, TimeSpan.FromSeconds(seconds).Ticks);

    private static TimeSpan Faster(TimeSpan span) => span > TimeSpan.Zero ? span / 100 : span;
}
