using Serverless.StorageEngine.Simulation.World;

namespace Serverless.StorageEngine.Simulation.Faults;

/// <summary>One storage call on its way.</summary>
/// <typeparam name="T">The answer.</typeparam>
internal sealed class StorageMessage<T>
{
    private readonly Func<StorageMessage<T>, ValueTask<T>> _effect;
    private readonly Func<T, SeededRandom, T>? _shorten;

    /// <summary>A message that is not sent yet.</summary>
    /// <param name="effect">
    /// What happens at the service, each time that the message arrives; it holds copies of everything that the caller
    /// may change.
    /// </param>
    /// <param name="shorten">Makes a shorter answer that is as good, if there is one.</param>
    public StorageMessage(Func<StorageMessage<T>, ValueTask<T>> effect, Func<T, SeededRandom, T>? shorten = null) =>
        (_effect, _shorten) = (effect, shorten);

    /// <summary>The caller's wait. Completed once; what comes later is nobody's any more.</summary>
    public TaskCompletionSource<T> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ValueTask<T> TakeEffectAsync() => _effect(this);

    public void Succeed(T effect, SeededRandom? shortened) => Answer.TrySetResult(
        shortened is not null && _shorten is not null ? _shorten(effect, shortened) : effect);

    public void Fail(Exception exception) => Answer.TrySetException(exception);
}
