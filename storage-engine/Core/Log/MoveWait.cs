namespace Serverless.StorageEngine.Log;

/// <summary>One reader's wait for a log to move.</summary>
/// <remarks>
/// Each wait has a source of its own that is awaited as it is: a shared one behind <c>Task.WaitAsync</c> would go through the
/// thread pool, where no simulation can follow.
/// </remarks>
internal sealed class MoveWait : IDisposable
{
    // Continuations run elsewhere: the signal is given under the view's lock.
    private readonly TaskCompletionSource _moved = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly LogView _view;
    private readonly CancellationTokenRegistration _cancellation;

    public MoveWait(LogView view, CancellationToken cancellationToken)
    {
        _view = view;
        _cancellation = cancellationToken.UnsafeRegister(
            static (source, token) => ((TaskCompletionSource)source!).TrySetCanceled(token), _moved);
    }

    /// <summary>Completes with the next move; is cancelled with the token.</summary>
    public Task Moved => _moved.Task;

    /// <summary>Says that the log moved.</summary>
    public void Complete() => _moved.TrySetResult();

    /// <inheritdoc/>
    public void Dispose()
    {
        _cancellation.Dispose();
        _view.Forget(this);
    }
}
