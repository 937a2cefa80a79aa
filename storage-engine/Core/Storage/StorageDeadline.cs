namespace Serverless.StorageEngine.Storage;

/// <summary>Gives every storage call its own time limit, and says what running into it means.</summary>
/// <param name="time">The only clock.</param>
internal sealed class StorageDeadline(TimeProvider time)
{
    /// <summary>
    /// How long one storage call may take before its outcome counts as unknown; below the platforms' own limits.
    /// </summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    /// <summary>A read that takes too long has changed nothing.</summary>
    /// <exception cref="StorageUnavailableException">The time is over.</exception>
    public async ValueTask<T> ReadAsync<T>(
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

    /// <summary>A write that takes too long may have happened, or may still happen. Once begun it is never given up
    /// earlier.</summary>
    /// <exception cref="StorageOutcomeUnknownException">The time is over.</exception>
    public async ValueTask<T> WriteAsync<T>(
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
