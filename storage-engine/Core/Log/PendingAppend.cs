using Serverless.StorageEngine.Records;

namespace Serverless.StorageEngine.Log;

/// <summary>A batch that waits to become part of a block.</summary>
/// <param name="Batch">The batch; the log's own since it was handed in.</param>
/// <param name="StampsLogAppendTime">Whether its records get the time of the append.</param>
/// <param name="ArrivedAt">A <see cref="TimeProvider"/> timestamp.</param>
internal sealed record PendingAppend(RecordBatch Batch, bool StampsLogAppendTime, long ArrivedAt)
{
    private readonly TaskCompletionSource<AppendOutcome> _outcome =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Waits until the batch's fate is decided, or certainly cannot be.</summary>
    /// <param name="cancellationToken">Abandons the wait, not the append.</param>
    public async ValueTask<AppendOutcome> WaitAsync(CancellationToken cancellationToken)
    {
        // Only one request waits for a batch, so the source itself may be cancelled; see MoveWait on Task.WaitAsync.
        await using var registration = cancellationToken.UnsafeRegister(
            static (source, token) => ((TaskCompletionSource<AppendOutcome>)source!).TrySetCanceled(token), _outcome);
        return await _outcome.Task;
    }

    /// <summary>Tells the waiting request.</summary>
    public void Complete(AppendOutcome outcome) => _outcome.TrySetResult(outcome);

    /// <summary>Tells the waiting request that storage failed.</summary>
    public void Fail(Exception exception) => _outcome.TrySetException(exception);
}
