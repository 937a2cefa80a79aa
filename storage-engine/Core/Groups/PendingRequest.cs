using System.Diagnostics;
using Serverless.StorageEngine.Diagnostics;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Groups;

/// <summary>A request to a group that waits for its step.</summary>
/// <param name="Request">What is asked.</param>
/// <param name="Known">What it may be decided on first instead of reading again; null for a fresh look.</param>
internal sealed record PendingRequest(GroupRequest Request, GroupView? Known)
{
    private readonly TaskCompletionSource<GroupOutcome> _outcome =
        new(EngineActivities.Current, TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Who asked for it, for traces; null where nobody listens.</summary>
    public Activity? Activity => (Activity?)_outcome.Task.AsyncState;

    /// <summary>Whether the client gave up before its step began: then nothing is done.</summary>
    public bool IsAbandoned => _outcome.Task.IsCompleted;

    /// <summary>
    /// Whether a part of the request is stored already, by a step that had no room for all of it.
    /// </summary>
    public bool Again { get; set; }

    /// <summary>Why what was decided about it may be stored, when the answer of that write was lost.</summary>
    public StorageOutcomeUnknownException? Doubt { get; set; }

    /// <summary>Waits for the outcome.</summary>
    /// <param name="cancellationToken">Abandons the wait; a step that has begun goes on.</param>
    public async ValueTask<GroupOutcome> WaitAsync(CancellationToken cancellationToken)
    {
        await using var registration = cancellationToken.UnsafeRegister(
            static (source, token) => ((TaskCompletionSource<GroupOutcome>)source!).TrySetCanceled(token), _outcome);
        return await _outcome.Task;
    }

    /// <summary>Tells the waiting request.</summary>
    public void Complete(GroupOutcome outcome) => _outcome.TrySetResult(outcome);

    /// <summary>Tells the waiting request that it failed; not that nothing was done, if something may be.</summary>
    public void Fail(Exception exception) => _outcome.TrySetException(
        exception is StorageUnavailableException && (Again || Doubt is not null)
            ? new StorageOutcomeUnknownException($"A part of the request may be stored. {exception.Message}", exception)
            : exception);
}
