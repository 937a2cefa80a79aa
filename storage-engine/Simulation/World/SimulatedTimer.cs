namespace Serverless.StorageEngine.Simulation.World;

/// <summary>A timer by the monotonic clock of a process; it fires inside the process, so not while that is
/// frozen.</summary>
internal sealed class SimulatedTimer(
    SimulatedClock clock, SimulatedProcess process, TimerCallback callback, object? state) : ITimer
{
    // Longer than any run, and far from where a sum of ticks would overflow.
    private static readonly TimeSpan Never = TimeSpan.FromDays(365);

    private TimeSpan _period;
    private long _due;

    /// <summary>Counts how often the timer was set; a shot of an earlier setting is void.</summary>
    public long Setting { get; private set; }

    /// <inheritdoc/>
    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        Setting++;
        _period = period;
        if (dueTime != Timeout.InfiniteTimeSpan && dueTime < Never)
        {
            Arm(clock.GetTimestamp() + dueTime.Ticks);
        }

        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => Setting++;

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    private void Arm(long due)
    {
        _due = due;
        process.PostAt(clock.DueAt(due), static timer => ((SimulatedTimer)timer!).Fire(), this, Setting);
    }

    private void Fire()
    {
        var now = clock.GetTimestamp();
        if (now < _due)
        {
            // The clock stood still meanwhile.
            Arm(_due);
            return;
        }

        Setting++;
        if (_period > TimeSpan.Zero)
        {
            Arm(now + _period.Ticks);
        }

        callback(state);
    }
}
