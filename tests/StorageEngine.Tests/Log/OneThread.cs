namespace Serverless.StorageEngine.Tests.Log;

/// <summary>Runs every continuation on the thread that asks for it, in order: what a test does happens in one way
/// only.</summary>
internal sealed class OneThread : SynchronizationContext
{
    private readonly Queue<(SendOrPostCallback Callback, object? State)> _ready = [];

    /// <summary>Runs what has become ready first; false when nothing is.</summary>
    public bool TryRunNext()
    {
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
    public override void Post(SendOrPostCallback d, object? state) => _ready.Enqueue((d, state));
}
