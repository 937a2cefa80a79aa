namespace Serverless.StorageEngine.Simulation.World;

/// <summary>
/// Runs everything of one simulated world on one thread. What is ready at the same instant runs in an order that is
/// drawn from the seed; when nothing is ready, time jumps to the next thing that is due.
/// </summary>
/// <remarks>
/// Not for several threads: the thread that builds it owns it. A callback that arrives from another thread ends the run
/// with the stack of whoever sent it, because no seed could replay it.
/// </remarks>
public sealed class Scheduler
{
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private readonly SeededRandom _random;
    private readonly SchedulerLimits _limits;
    private readonly PriorityQueue<Step, (long Due, long Ordinal)> _later = new();
    private readonly List<Step> _ready = [];
    private long _ordinal;
    private volatile string? _stranger;

    /// <summary>A world at time 0 with nothing to do.</summary>
    /// <param name="random">Draws the order of what is ready at the same instant.</param>
    /// <param name="trace">Takes every step down.</param>
    /// <param name="limits">The watchdog.</param>
    public Scheduler(SeededRandom random, Trace trace, SchedulerLimits limits)
    {
        _random = random;
        _limits = limits;
        Trace = trace;
    }

    /// <summary>True time: ticks since the world began. No process of the world sees it.</summary>
    public long Now { get; private set; }

    /// <summary>How many callbacks ran.</summary>
    public long Steps { get; private set; }

    /// <summary>What happened.</summary>
    public Trace Trace { get; }

    /// <summary>Runs the world until a task is done.</summary>
    /// <param name="task">What must come to its end.</param>
    /// <param name="describe">Says who still waits for what, for the report of a run that is stuck.</param>
    /// <exception cref="SimulationStuckException">It never will, or not within the limits.</exception>
    public void RunUntil(Task task, Func<string> describe)
    {
        while (!task.IsCompleted)
        {
            if (!TryRunNext())
            {
                throw new SimulationStuckException(
                    $"Nothing is left to run at {TimeSpan.FromTicks(Now)}, and this is not done: {describe()}");
            }

            if (Steps > _limits.StepsMax || Now > _limits.TimeMax.Ticks)
            {
                throw new SimulationStuckException(
                    $"Not done after {Steps} steps and {TimeSpan.FromTicks(Now)}: {describe()}");
            }
        }
    }

    /// <summary>Runs one callback; false when there is none.</summary>
    public bool TryRunNext()
    {
        if (_stranger is { } stack)
        {
            throw new SimulationStuckException($"Work left the thread of the simulation and came back:\n{stack}");
        }

        if (_ready.Count == 0 && !TryAdvance())
        {
            return false;
        }

        var step = TakeAny();
        if (step.Process.Hold(step))
        {
            return true;
        }

        Steps++;
        Trace.Step(Now, step.Process.Number);
        var outside = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(step.Process);
        try
        {
            step.Callback(step.State);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(outside);
        }

        return true;
    }

    /// <summary>Runs a callback now, after what is running and in any order with what is ready.</summary>
    internal void Post(Step step)
    {
        if (Environment.CurrentManagedThreadId != _thread)
        {
            _stranger = Environment.StackTrace;
            return;
        }

        _ready.Add(step);
    }

    /// <summary>Runs a callback when a time has come.</summary>
    internal void PostAt(long due, Step step)
    {
        if (due <= Now)
        {
            Post(step);
        }
        else
        {
            _later.Enqueue(step, (due, _ordinal++));
        }
    }

    private Step TakeAny()
    {
        var index = _ready.Count == 1 ? 0 : _random.Next(_ready.Count);
        var step = _ready[index];
        _ready[index] = _ready[^1];
        _ready.RemoveAt(_ready.Count - 1);
        return step;
    }

    // Timers that were disposed, and what belongs to the dead, must not move the time.
    private bool TryAdvance()
    {
        while (_later.TryDequeue(out var step, out var at))
        {
            if (step.IsVoid)
            {
                continue;
            }

            Now = at.Due;
            _ready.Add(step);
            while (_later.TryPeek(out var other, out at) && at.Due == Now)
            {
                _later.Dequeue();
                if (!other.IsVoid)
                {
                    _ready.Add(other);
                }
            }

            return true;
        }

        return false;
    }
}
