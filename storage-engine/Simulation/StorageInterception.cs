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
        if (Before is { } before)
        {
            await before(call);
        }

        var answer = effect();
        if (After is { } after)
        {
            await after(call);
        }

        return answer;
    }
}
