namespace Serverless.StorageEngine.Tests.Log;

/// <summary>Runs every continuation on the thread that asks for it, in order: what a test does happens in one way
/// only.</summary>
internal sealed class OneThread : SynchronizationContext
{
    private readonly Queue<(SendOrPostCallback Callback, object? State)> _ready = [];

    private volatile string? _stranger;
    private int _owner;

    /// <summary>The thread that calls this is the one that everything runs on from now on.</summary>
    public void Adopt() => _owner = Environment.CurrentManagedThreadId;

    /// <summary>Runs what has become ready first; false when nothing is.</summary>
    public bool TryRunNext()
    {
        Assert.Null(_stranger);
        if (!_ready.TryDequeue(out var next))
        {
            return false;
        }

        var outside = Current;
        SetSynchronizationContext(this);
        try
        {
            next.Callback(next.State);
            return true;
        }
        finally
        {
            SetSynchronizationContext(outside);
        }
    }

    /// <inheritdoc/>
    public override void Post(SendOrPostCallback d, object? state)
    {
        if (Environment.CurrentManagedThreadId != _owner)
        {
            // Something in the engine left this thread, so a seed could not replay it.
            _stranger = Environment.StackTrace;
            return;
        }

        _ready.Enqueue((d, state));
    }
}
