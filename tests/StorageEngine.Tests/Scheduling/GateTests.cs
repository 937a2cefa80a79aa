using Serverless.StorageEngine.Scheduling;

namespace Serverless.StorageEngine.Tests.Scheduling;

public sealed class GateTests
{
    private readonly Gate _gate = new();

    [Fact]
    public async Task One_is_let_through_at_a_time_in_the_order_of_their_coming()
    {
        await Enter();
        var (first, second) = (Enter(), Enter());
        Assert.False(first.IsCompleted);

        _gate.Leave();
        await first;

        Assert.False(second.IsCompleted);
        _gate.Leave();
        await second;
    }

    [Fact]
    public async Task Who_comes_to_a_free_gate_does_not_wait()
    {
        await Enter();
        _gate.Leave();

        Assert.True(Enter().IsCompletedSuccessfully);
    }

    [Fact]
    public async Task A_wait_that_was_abandoned_does_not_take_the_turn_of_the_next()
    {
        using var patience = new CancellationTokenSource();
        await Enter();
        var abandoned = _gate.EnterAsync(patience.Token).AsTask();
        var next = Enter();

        patience.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => abandoned);
        _gate.Leave();

        await next;
    }

    [Fact]
    public async Task A_turn_that_was_given_is_not_taken_back()
    {
        using var patience = new CancellationTokenSource();
        await Enter();
        var entered = _gate.EnterAsync(patience.Token).AsTask();

        _gate.Leave();
        patience.Cancel();

        await entered;
        Assert.False(Enter().IsCompleted);
    }

    [Fact]
    public async Task Who_has_no_patience_left_is_not_let_through()
    {
        using var patience = new CancellationTokenSource();
        patience.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _gate.EnterAsync(patience.Token).AsTask());

        Assert.True(Enter().IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Who_waits_is_refused_with_the_holder_and_who_comes_later_is_let_through()
    {
        await Enter();
        var (first, second) = (Enter(), Enter());

        _gate.Refuse(static () => new InvalidOperationException("Nothing is to be had."));
        var later = Enter();
        _gate.Leave();

        await Assert.ThrowsAsync<InvalidOperationException>(() => first);
        await Assert.ThrowsAsync<InvalidOperationException>(() => second);
        await later;
    }

    [Fact]
    public async Task Many_threads_never_meet_inside()
    {
        var (inside, entered) = (0, 0);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(one => Task.Run(async () =>
        {
            for (var turn = 0; turn < 500; turn++)
            {
                using var patience = new CancellationTokenSource();
                var turnComes = _gate.EnterAsync(patience.Token);
                if (one % 2 == 0)
                {
                    patience.Cancel();
                }

                try
                {
                    await turnComes;
                }
                catch (OperationCanceledException)
                {
                    continue;
                }

                Assert.Equal(1, Interlocked.Increment(ref inside));
                entered++;
                Interlocked.Decrement(ref inside);
                _gate.Leave();
            }
        })));

        Assert.InRange(entered, 4 * 500, 8 * 500);
        Assert.True(Enter().IsCompletedSuccessfully);
    }

    private Task Enter() => _gate.EnterAsync(CancellationToken.None).AsTask();
}
