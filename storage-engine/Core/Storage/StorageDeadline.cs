namespace Serverless.StorageEngine.Storage;

/// <summary>
/// Gives every storage call its own time limit, and says what running into it means. No call is made while the service
/// is known to be silent; see <see cref="StorageWatch"/>.
/// </summary>
/// <param name="watch">Knows whether the service answers.</param>
/// <param name="time">The only clock.</param>
internal sealed class StorageDeadline(StorageWatch watch, TimeProvider time)
{
    /// <summary>
    /// How long one storage call may take before its outcome counts as unknown; below the platforms' own limits.
    /// </summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    /// <summary>A read that takes too long has changed nothing.</summary>
    /// <exception cref="StorageUnavailableException">The time is over.</exception>
    public ValueTask<T> ReadAsync<T>(
        string target, Func<CancellationToken, ValueTask<T>> call, CancellationToken cancellationToken) =>
        watch.AroundAsync(() => BoundReadAsync(target, call, cancellationToken), cancellationToken);

    /// <summary>
    /// A write that takes too long may have happened, or may still happen. Once begun it is never given up earlier; one
    /// that has not begun, because the service is silent, has certainly not happened.
    /// </summary>
    /// <exception cref="StorageOutcomeUnknownException">The time is over.</exception>
    /// <exception cref="StorageUnavailableException">The service is silent, and the call was not made.</exception>
    public ValueTask<T> WriteAsync<T>(
        string target, Func<CancellationToken, ValueTask<T>> call, CancellationToken cancellationToken) =>
        watch.AroundAsync(() => BoundWriteAsync(target, call, cancellationToken), cancellationToken);

    private async ValueTask<T> BoundReadAsync<T>(
        string target, Func<CancellationToken, ValueTask<T>> call, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(Limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return await call(either.Token);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new StorageUnavailableException($"A read of {target} took longer than {Limit}.", exception);
        }
    }

    private async ValueTask<T> BoundWriteAsync<T>(
        string target, Func<CancellationToken, ValueTask<T>> call, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var deadline = new CancellationTokenSource(Limit, time);
        try
        {
            return await call(deadline.Token);
        }
        catch (OperationCanceledException exception)
        {
            throw new StorageOutcomeUnknownException($"A write to {target} took longer than {Limit}.", exception);
        }
    }
}
