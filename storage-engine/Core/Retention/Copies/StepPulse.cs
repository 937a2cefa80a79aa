namespace Serverless.StorageEngine.Retention.Copies;

/// <summary>
/// Lets steps that take minutes show that they are alive: whoever reads segments for a step calls it before each read, and
/// whoever holds the lease that the step is taken under listens. One run at a time and node.
/// </summary>
internal sealed class StepPulse
{
    private Func<ValueTask>? _beat;

    /// <summary>Calls somebody from now on.</summary>
    /// <param name="beat">Called between two reads; null for nobody.</param>
    public void Tell(Func<ValueTask>? beat) => _beat = beat;

    /// <summary>The step goes on.</summary>
    public ValueTask BeatAsync() => _beat is { } beat ? beat() : ValueTask.CompletedTask;
}
