namespace Serverless.StorageEngine.Embedded;

/// <summary>One call of a store and its answer.</summary>
/// <typeparam name="T">The answer.</typeparam>
internal sealed class StorageWork<T>(Func<EmbeddedConnection, T> run) : StorageWork
{
    // Continuations run on the pool: they must not hold up the thread that commits.
    private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _answer;

    /// <summary>Queues the work and waits for its answer.</summary>
    /// <param name="queue">Where the threads take work from.</param>
    /// <param name="cancellationToken">Takes the work back as long as no thread has claimed it.</param>
    public async ValueTask<T> SubmitAsync(WorkQueue queue, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        queue.Add(this);
        using var registration = cancellationToken.UnsafeRegister(
            static (work, token) => ((StorageWork<T>)work!).GiveUp(token), this);
        return await _completion.Task;
    }

    /// <inheritdoc/>
    public override void Run(EmbeddedConnection connection) => _answer = run(connection);

    /// <inheritdoc/>
    public override void Succeed() => _completion.SetResult(_answer!);

    /// <inheritdoc/>
    public override void Fail(Exception exception) => _completion.SetException(exception);

    private void GiveUp(CancellationToken token)
    {
        if (TryGiveUp())
        {
            _completion.SetCanceled(token);
        }
    }
}
