using Serverless.StorageEngine.Simulation;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Tests.Log;

/// <summary>Holds the appends of a store before they take effect, until they are let go.</summary>
internal sealed class Held
{
    private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly StorageInterception _interception;

    public Held(StorageInterception interception)
    {
        _interception = interception;
        interception.Before = call =>
            call.Operation == StorageOperation.Append ? new ValueTask(_release.Task) : ValueTask.CompletedTask;
    }

    /// <summary>Appends that come from now on pass; those held go on when the world runs.</summary>
    public void Release()
    {
        _interception.Before = null;
        _release.TrySetResult();
    }

    /// <summary>Loses the answer of the next append, and every read until the world is <see cref="Heal"/>ed.</summary>
    public static void CutOffAfterAppend(StorageInterception interception)
    {
        interception.After = static call => call.Operation == StorageOperation.Append
            ? throw new StorageOutcomeUnknownException("no answer")
            : ValueTask.CompletedTask;
        interception.Before = static call => call.Operation == StorageOperation.ReadSegment
            ? throw new StorageUnavailableException("down")
            : ValueTask.CompletedTask;
    }

    /// <summary>Ends every interception.</summary>
    public static void Heal(StorageInterception interception) =>
        (interception.Before, interception.After) = (null, null);
}
