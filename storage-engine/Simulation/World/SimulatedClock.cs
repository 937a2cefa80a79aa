namespace Serverless.StorageEngine.Simulation.World;

/// <summary>
/// The clocks of one process: a wall clock that may be wrong and may jump, a monotonic one that may run at a slightly
/// wrong rate, and timers by the latter.
/// </summary>
public sealed class SimulatedClock : TimeProvider
{
    /// <summary>When every world begins, by a right wall clock.</summary>
    public static readonly DateTimeOffset Beginning = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private const long Million = 1_000_000;

    private readonly SimulatedProcess _process;
    private readonly long _driftPpm;
    private long _skew;
    private long _suspended;

    /// <summary>The clocks of a process.</summary>
    /// <param name="process">Runs the timers.</param>
    /// <param name="skew">How far the wall clock is ahead of the right time; negative when behind.</param>
    /// <param name="driftPpm">By how many parts in a million the clocks run fast; negative for slow.</param>
    public SimulatedClock(SimulatedProcess process, TimeSpan skew, int driftPpm)
    {
        _process = process;
        _skew = skew.Ticks;
        _driftPpm = driftPpm;
    }

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => Beginning.AddTicks(Drifted(_process.Now) + _skew);

    /// <inheritdoc/>
    public override long GetTimestamp() => Drifted(_process.Now) - _suspended;

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new SimulatedTimer(this, _process, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Sets the wall clock forward, or back when negative; the monotonic clock does not notice.</summary>
    public void Jump(TimeSpan by) => _skew += by.Ticks;

    /// <summary>
    /// Takes a time out of the monotonic clock, as the suspension of a machine does: it stood still all the while.
    /// </summary>
    public void Suspend(TimeSpan time) => _suspended += time.Ticks;

    /// <summary>When, in true time, the monotonic clock will show a timestamp.</summary>
    internal long DueAt(long timestamp)
    {
        var left = timestamp - GetTimestamp();
        var wait = (long)((Int128)left * Million / (Million + _driftPpm));
        return left <= 0 ? _process.Now : _process.Now + Math.Max(1, wait);
    }

    private long Drifted(long now) => now + (now * _driftPpm / Million);
}
