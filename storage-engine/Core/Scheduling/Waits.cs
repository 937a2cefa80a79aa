namespace Serverless.StorageEngine.Scheduling;

/// <summary>
/// Waits that can be abandoned and never leave the synchronization context of who waits. Those of the base library
/// (<c>Task.WaitAsync</c>, a delay with a token behind <c>Task.WhenAny</c>) go through the thread pool, where a
/// simulation cannot follow.
/// </summary>
internal static class Waits
{
    /// <summary>Waits for a task that goes on when nobody waits for it any more.</summary>
    /// <param name="task">Not owned; what it throws after the wait was abandoned is dropped.</param>
    /// <param name="cancellationToken">Abandons the wait, not the task.</param>
    public static async Task ForAsync(Task task, CancellationToken cancellationToken)
    {
        if (!task.IsCompleted)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await using var cancellation = CancelWith(ended, cancellationToken);
            _ = SignalAsync(task, ended);
            await ended.Task;
        }

        await task;
    }

    /// <summary>Waits for a while.</summary>
    /// <param name="delay">How long; not negative.</param>
    /// <param name="time">The only clock.</param>
    /// <param name="cancellationToken">Abandons the wait.</param>
    public static async Task DelayAsync(TimeSpan delay, TimeProvider time, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var over = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var timer = time.CreateTimer(
            static state => ((TaskCompletionSource)state!).TrySetResult(), over, delay, Timeout.InfiniteTimeSpan);
        await using var cancellation = CancelWith(over, cancellationToken);
        await over.Task;
    }

    /// <summary>Waits before another try: twice as long each time, bounded, with jitter.</summary>
    /// <param name="attempt">How many tries there were, less one.</param>
    /// <param name="min">The longest first wait; half of it is the shortest.</param>
    /// <param name="max">The longest wait.</param>
    /// <param name="time">The only clock.</param>
    /// <param name="random">The only source of randomness.</param>
    public static Task BackOffAsync(int attempt, TimeSpan min, TimeSpan max, TimeProvider time, Random random) =>
        Task.Delay(Ceiling(attempt, min, max) * (0.5 + (random.NextDouble() / 2)), time);

    /// <summary>Waits before another try for what somebody else has won: any part of a bound that doubles each
    /// time.</summary>
    /// <param name="attempt">How many tries there were, less one.</param>
    /// <param name="min">The first bound.</param>
    /// <param name="max">The largest bound.</param>
    /// <param name="time">The only clock.</param>
    /// <param name="random">The only source of randomness.</param>
    public static Task StepAsideAsync(int attempt, TimeSpan min, TimeSpan max, TimeProvider time, Random random) =>
        Task.Delay(Ceiling(attempt, min, max) * random.NextDouble(), time);

    private static TimeSpan Ceiling(int attempt, TimeSpan min, TimeSpan max)
    {
        var doubled = min * Math.Pow(2, Math.Min(attempt, 10));
        return doubled < max ? doubled : max;
    }

    private static CancellationTokenRegistration CancelWith(
        TaskCompletionSource source, CancellationToken cancellationToken) => cancellationToken.UnsafeRegister(
            static (state, token) => ((TaskCompletionSource)state!).TrySetCanceled(token), source);

    // Tells only that the task has ended: its outcome is for who still waits.
    private static async Task SignalAsync(Task task, TaskCompletionSource ended)
    {
        await task.ConfigureAwait(
            ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        ended.TrySetResult();
    }
}
