using System.Diagnostics;
using Serverless.StorageEngine.Diagnostics;

namespace Serverless.StorageEngine.Log;

/// <summary>An append whose fate is not decided yet.</summary>
/// <param name="Request">What is asked.</param>
/// <param name="ArrivedAt">A <see cref="TimeProvider"/> timestamp.</param>
internal sealed record PendingAppend(AppendRequest Request, long ArrivedAt)
{
    private readonly TaskCompletionSource<AppendOutcome> _outcome =
        new(EngineActivities.Current, TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Who asked for it, for traces; null where nobody listens.</summary>
    public Activity? Activity => (Activity?)_outcome.Task.AsyncState;

    /// <summary>
    /// Whether the log was seen to its end after the append arrived. Before that no refusal is certain: a node may know
    /// less than the producer, who was answered by another one.
    /// </summary>
    public bool HasFreshState { get; set; }

    /// <summary>Whether its fate is decided, or certainly cannot be. Not so when the request only gave up
    /// waiting.</summary>
    public bool IsDecided { get; private set; }

    /// <summary>Waits until the append's fate is decided, or certainly cannot be.</summary>
    /// <param name="cancellationToken">Abandons the wait, not the append.</param>
    public async ValueTask<AppendOutcome> WaitAsync(CancellationToken cancellationToken)
    {
        // Only one request waits for it, so the source itself may be cancelled; see MoveWait on Task.WaitAsync.
        await using var registration = cancellationToken.UnsafeRegister(
            static (source, token) => ((TaskCompletionSource<AppendOutcome>)source!).TrySetCanceled(token), _outcome);
        return await _outcome.Task;
    }

    /// <summary>Tells the waiting request.</summary>
    public void Complete(AppendOutcome outcome)
    {
        IsDecided = true;
        _outcome.TrySetResult(outcome);
    }

    /// <summary>Tells the waiting request that storage failed.</summary>
    public void Fail(Exception exception)
    {
        IsDecided = true;
        _outcome.TrySetException(exception);
    }
}
