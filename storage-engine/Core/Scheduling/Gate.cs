namespace Serverless.StorageEngine.Scheduling;

/// <summary>
/// Lets one at a time through, in the order of their coming. Whoever waits goes on in its own synchronization context,
/// so a single-threaded scheduler sees every step; a semaphore's cancellable wait would leave it for the thread pool.
/// </summary>
/// <remarks>Safe for several threads. Who waits is not bounded here: bound the callers.</remarks>
internal sealed class Gate
{
    private readonly Lock _lock = new();
    private readonly LinkedList<TaskCompletionSource> _waiting = [];
    private bool _taken;

    /// <summary>Waits for its turn. When this completes the gate is the caller's until <see cref="Leave"/>.</summary>
    /// <param name="cancellationToken">
    /// Abandons the wait. A wait that was abandoned never has the gate, and one that has the gate is never abandoned.
    /// </param>
    public ValueTask EnterAsync(CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellationToken);
        }

        LinkedListNode<TaskCompletionSource> place;
        lock (_lock)
        {
            if (!_taken)
            {
                _taken = true;
                return ValueTask.CompletedTask;
            }

            // Continuations run elsewhere: the turn is given under the lock.
            place = _waiting.AddLast(new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        return WaitAsync(place, cancellationToken);
    }

    /// <summary>Gives the turn to who waits longest.</summary>
    public void Leave()
    {
        lock (_lock)
        {
            while (_waiting.First is { } next)
            {
                _waiting.RemoveFirst();
                if (next.Value.TrySetResult())
                {
                    return;
                }
            }

            _taken = false;
        }
    }

    /// <summary>
    /// Refuses everyone who waits now: what the holder of the gate found out holds for them, too, and each finding it
    /// out again, one after the other, would take for ever. The holder still leaves by itself.
    /// </summary>
    /// <param name="refusal">Makes each one's own exception.</param>
    public void Refuse(Func<Exception> refusal)
    {
        lock (_lock)
        {
            foreach (var waiting in _waiting)
            {
                waiting.TrySetException(refusal());
            }

            _waiting.Clear();
        }
    }

    private async ValueTask WaitAsync(LinkedListNode<TaskCompletionSource> place, CancellationToken cancellationToken)
    {
        await using var cancellation = cancellationToken.UnsafeRegister(
            static (turn, token) => ((TaskCompletionSource)turn!).TrySetCanceled(token), place.Value);
        try
        {
            await place.Value.Task;
        }
        catch (OperationCanceledException)
        {
            Forget(place);
            throw;
        }
    }

    private void Forget(LinkedListNode<TaskCompletionSource> place)
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
