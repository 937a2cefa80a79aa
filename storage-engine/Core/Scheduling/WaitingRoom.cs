namespace Serverless.StorageEngine.Scheduling;

/// <summary>
/// Where callers wait for one thing to happen; all of them go on when it does, each in its own synchronization context.
/// </summary>
/// <remarks>
/// Safe for several threads. Whoever abandons a wait leaves nothing behind, so what waits here is never more than the
/// callers that are there.
/// </remarks>
internal sealed class WaitingRoom
{
    private readonly Lock _lock = new();
    private readonly LinkedList<TaskCompletionSource> _waiting = [];

    /// <summary>Whether nobody waits.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (_lock)
            {
                return _waiting.Count == 0;
            }
        }
    }

    /// <summary>Waits for the next <see cref="LetOut"/>; who has called this does not miss it.</summary>
    /// <param name="cancellationToken">Abandons the wait.</param>
    public Task WaitAsync(CancellationToken cancellationToken)
    {
        LinkedListNode<TaskCompletionSource> place;
        lock (_lock)
        {
            // Continuations run elsewhere: callers let others out under locks of their own.
            place = _waiting.AddLast(new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        return WaitAsync(place, cancellationToken);
    }

    /// <summary>Everyone who waits goes on.</summary>
    public void LetOut()
    {
        lock (_lock)
        {
            foreach (var waiting in _waiting)
            {
                waiting.TrySetResult();
            }

            _waiting.Clear();
        }
    }

    private async Task WaitAsync(LinkedListNode<TaskCompletionSource> place, CancellationToken cancellationToken)
    {
        try
        {
            await using var cancellation = cancellationToken.UnsafeRegister(
                static (waiting, token) => ((TaskCompletionSource)waiting!).TrySetCanceled(token), place.Value);
            await place.Value.Task;
        }
        finally
        {
            lock (_lock)
            {
                if (place.List is not null)
                {
                    _waiting.Remove(place);
                }
            }
        }
    }
}
