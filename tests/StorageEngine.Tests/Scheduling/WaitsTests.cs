using Microsoft.Extensions.Time.Testing;
using Serverless.StorageEngine.Scheduling;

namespace Serverless.StorageEngine.Tests.Scheduling;

public sealed class WaitsTests : IDisposable
{
    private readonly CancellationTokenSource _patience = new();
    private readonly FakeTimeProvider _time = new();

    public void Dispose() => _patience.Dispose();

    [Fact]
    public async Task A_wait_for_a_task_ends_with_the_task_and_its_outcome()
    {
        var (done, failed) = (new TaskCompletionSource(), new TaskCompletionSource());
        var (first, second) = (Waits.ForAsync(done.Task, _patience.Token), Waits.ForAsync(failed.Task, _patience.Token));
        Assert.False(first.IsCompleted);

        done.SetResult();
        failed.SetException(new InvalidOperationException("failed"));

        await first;
        await Assert.ThrowsAsync<InvalidOperationException>(() => second);
    }

    [Fact]
    public async Task A_wait_for_a_task_can_be_abandoned_and_the_task_goes_on()
    {
        var task = new TaskCompletionSource();
        var wait = Waits.ForAsync(task.Task, _patience.Token);

        _patience.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
        Assert.False(task.Task.IsCompleted);
    }

    [Fact]
    public async Task A_task_that_has_ended_needs_no_patience()
    {
        _patience.Cancel();

        await Waits.ForAsync(Task.CompletedTask, _patience.Token);
    }

    [Fact]
    public async Task A_delay_ends_when_its_time_is_over()
    {
        var delay = Waits.DelayAsync(TimeSpan.FromSeconds(2), _time, _patience.Token);

        _time.Advance(TimeSpan.FromSeconds(1.9));
        Assert.False(delay.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(0.1));

        await delay;
    }

    [Fact]
    public async Task A_delay_can_be_abandoned()
    {
        var delay = Waits.DelayAsync(TimeSpan.FromSeconds(2), _time, _patience.Token);

        _patience.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => delay);
    }
}
