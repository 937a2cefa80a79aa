using Serverless.StorageEngine.Scheduling;

namespace Serverless.StorageEngine.Simulation;

/// <summary>
/// Lets a test act between a caller and a simulated store: lose answers, refuse calls, or run a rival's call first.
/// </summary>
/// <remarks>
/// What <see cref="Before"/> throws reaches the caller and nothing happened. What <see cref="After"/> throws reaches
/// the caller although the effect is there, which is a lost answer. A hook may call the store again; such a call is
/// intercepted too, so a hook that acts once unsets itself first.
/// </remarks>
public sealed class StorageInterception
{
    /// <summary>Runs before a call takes effect; null when nobody intercepts.</summary>
    public Func<StorageCall, ValueTask>? Before { get; set; }

    /// <summary>Runs after a call took effect and before its answer is given; null when nobody intercepts.</summary>
    public Func<StorageCall, ValueTask>? After { get; set; }

    internal async ValueTask<T> AroundAsync<T>(
        StorageCall call, StorageOperations operations, Func<T> effect, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        operations.Called(call.Operation);
        if (Before is { } before && !await IsDoneAsync(before(call), effect, call, cancellationToken))
        {
            throw new OperationCanceledException(cancellationToken);
        }

        var answer = effect();
        if (After is { } after && !await IsDoneAsync(after(call), late: null as Func<T>, call, cancellationToken))
        {
            throw new OperationCanceledException(cancellationToken);
        }

        return answer;
    }

    // The caller stops waiting; a write that is under way arrives nevertheless, when its hook lets it.
    private static async ValueTask<bool> IsDoneAsync<T>(
        ValueTask hook, Func<T>? late, StorageCall call, CancellationToken cancellationToken)
    {
        if (hook.IsCompleted)
        {
            await hook;
            return true;
        }

        var waiting = hook.AsTask();
        try
        {
            await Waits.ForAsync(waiting, cancellationToken);
            return true;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            if (late is not null && call.Writes)
            {
                _ = ArriveAsync(waiting, late);
            }

            return false;
        }
    }

    private static async Task ArriveAsync<T>(Task waiting, Func<T> effect)
    {
        await waiting;
        effect();
    }
}
