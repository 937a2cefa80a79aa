namespace Serverless.StorageEngine.Simulation.World;

/// <summary>
/// Whoever can be frozen or killed as a whole: a node, a client, the storage services. Everything that is awaited
/// inside it goes on inside it, because it is the synchronization context of its own callbacks.
/// </summary>
public sealed class SimulatedProcess : SynchronizationContext
{
    private readonly Scheduler _scheduler;
    private readonly List<Step> _held = [];
    private long _freezeIn = -1;
    private Action? _frozen;

    /// <summary>A process that lives and runs.</summary>
    /// <param name="scheduler">Runs its callbacks.</param>
    /// <param name="name">How the trace calls it.</param>
    /// <param name="number">No other process of the world has it.</param>
    public SimulatedProcess(Scheduler scheduler, string name, int number)
    {
        _scheduler = scheduler;
        Name = name;
        Number = number;
    }

    /// <summary>How the trace calls it.</summary>
    public string Name { get; }

    /// <summary>Its number in the world.</summary>
    public int Number { get; }

    /// <summary>Whether it was killed: nothing of it ever runs again.</summary>
    public bool IsDead { get; private set; }

    /// <summary>Whether it stands still: what is due waits until it goes on.</summary>
    public bool IsFrozen { get; private set; }

    /// <inheritdoc/>
    public override void Post(SendOrPostCallback d, object? state) => _scheduler.Post(new Step(this, d, state));

    /// <summary>Not possible: nobody may wait for another process on the only thread.</summary>
    public override void Send(SendOrPostCallback d, object? state) =>
        throw new NotSupportedException("A simulated process does not block.");

    /// <inheritdoc/>
    public override SynchronizationContext CreateCopy() => this;

    /// <summary>Runs a callback of this process after a while of true time.</summary>
    public void After(TimeSpan delay, SendOrPostCallback callback, object? state = null) =>
        _scheduler.PostAt(_scheduler.Now + delay.Ticks, new Step(this, callback, state));

    /// <summary>Begins some work of this process; the caller may await it from any process.</summary>
    public Task<T> Start<T>(Func<ValueTask<T>> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(_ => _ = RunAsync(work, done), null);
        return done.Task;
    }

    /// <summary>Waits for a while of true time.</summary>
    public Task Delay(TimeSpan delay)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        After(delay, static state => ((TaskCompletionSource)state!).TrySetResult(), done);
        return done.Task;
    }

    /// <summary>Takes down in the trace that something happened to this process.</summary>
    public void Note(string what, string about = "", string target = "", long number = 0) =>
        _scheduler.Trace.Add(_scheduler.Now, this, what, about, target, number);

    /// <summary>Lets nothing of this process run until <see cref="Thaw"/>.</summary>
    public void Freeze() => IsFrozen = !IsDead;

    /// <summary>Freezes the process in the middle of what it does.</summary>
    /// <param name="callbacks">How many more callbacks it runs before.</param>
    /// <param name="frozen">Is told when that has happened.</param>
    public void FreezeAfter(long callbacks, Action frozen) => (_freezeIn, _frozen) = (callbacks, frozen);

    /// <summary>Goes on with everything that was held.</summary>
    public void Thaw()
    {
        (IsFrozen, _freezeIn) = (false, -1);
        _held.ForEach(_scheduler.Post);
        _held.Clear();
    }

    /// <summary>Ends the process: nothing of it ever runs again.</summary>
    public void Kill()
    {
        (IsDead, IsFrozen, _freezeIn) = (true, false, -1);
        _held.Clear();
    }

    /// <summary>Whether a callback must not run now; it is kept while the process is frozen.</summary>
    internal bool Hold(Step step)
    {
        if (step.IsVoid)
        {
            return true;
        }

        if (_freezeIn == 0)
        {
            _freezeIn = -1;
            Freeze();
            _frozen?.Invoke();
        }
        else if (_freezeIn > 0)
        {
            _freezeIn--;
        }

        if (IsFrozen)
        {
            _held.Add(step);
        }

        return IsFrozen;
    }

    internal void PostAt(long due, SendOrPostCallback callback, SimulatedTimer timer, long setting) =>
        _scheduler.PostAt(due, new Step(this, callback, timer, timer, setting));

    internal long Now => _scheduler.Now;

    private static async Task RunAsync<T>(Func<ValueTask<T>> work, TaskCompletionSource<T> done)
    {
        try
        {
            done.SetResult(await work());
        }
        catch (OperationCanceledException)
        {
            done.SetCanceled();
        }
        catch (Exception exception)
        {
            // Whoever awaits the work is told; nothing is lost.
            done.SetException(exception);
        }
    }
}
