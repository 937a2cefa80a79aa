using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Log;

/// <summary>Waits of readers for records in any of several logs, until the node leaves.</summary>
/// <param name="logs">The logs of this node.</param>
/// <param name="time">The only clock.</param>
internal sealed class LogWaits(OpenLogs logs, TimeProvider time)
{
    // Never disposed: it has no timer, and requests that outlive the log may still ask it.
    private readonly CancellationTokenSource _end = new();

    /// <inheritdoc cref="EventLog.WaitsEnded"/>
    public bool HaveEnded => _end.IsCancellationRequested;

    /// <inheritdoc cref="EventLog.EndWaits"/>
    public void End() => _end.Cancel();

    /// <inheritdoc cref="EventLog.WaitAsync"/>
    public async ValueTask<bool> WaitAsync(
        Topic topic, IReadOnlyList<PartitionPosition> positions, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (positions.Any(position => position.Partition < 0 || position.Partition >= topic.PartitionCount))
        {
            return true;
        }

        using var limit = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _end.Token, cancellationToken);
        List<Task> waits =
        [
            CancelledAsync(either.Token),
            .. positions.Select(position =>
                logs.Get(new PartitionId(topic.Id, position.Partition)).WaitAsync(position.Offset, either.Token)),
        ];
        await Task.WhenAny(waits);

        // Not CancelAsync: it would leave the scheduler of a simulation.
        either.Cancel();
        cancellationToken.ThrowIfCancellationRequested();

        // A wait that was cancelled ends as such; only one that completed found something.
        return waits.Exists(static wait => wait.IsCompletedSuccessfully);
    }

    // Not a delay: ending one early goes through the thread pool, where no simulation can follow.
    private static async Task CancelledAsync(CancellationToken cancellationToken)
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = cancellationToken.UnsafeRegister(
            static (source, token) => ((TaskCompletionSource)source!).TrySetCanceled(token), cancelled);
        await cancelled.Task;
    }
}
