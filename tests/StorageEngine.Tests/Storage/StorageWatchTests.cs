using Serverless.StorageEngine.Diagnostics;
using Serverless.StorageEngine.Simulation;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Tests.Log;

namespace Serverless.StorageEngine.Tests.Storage;

/// <summary>What a node does when its storage is slow, silent, or back again.</summary>
public sealed class StorageWatchTests : IDisposable
{
    private readonly LogWorld _world = new();
    private readonly BoundedTableStore _store;
    private Func<StorageCall, ValueTask> _answer = static _ => ValueTask.CompletedTask;

    public StorageWatchTests()
    {
        _store = new BoundedTableStore(_world.Tables, new EngineMeters(), _world.Time);
        _world.Tables.Interception.Before = call => _answer(call);
    }

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task A_call_that_is_made_while_the_service_is_silent_is_held_back_and_refused_as_not_made()
    {
        await FallSilentAsync();
        var began = _world.Time.GetUtcNow();
        var transactions = _world.Tables.Operations.TableTransactions;

        var refusal = await Assert.ThrowsAsync<StorageUnavailableException>(() => _world.Run(() => WriteAsync("b")));

        Assert.Equal(StorageWatch.RetryAfter, refusal.RetryAfter);
        Assert.Equal(StorageWatch.HoldLimit, _world.Time.GetUtcNow() - began);
        Assert.Equal(transactions, _world.Tables.Operations.TableTransactions);
    }

    [Fact]
    public async Task A_call_that_is_held_back_goes_on_as_soon_as_a_look_is_answered()
    {
        await FallSilentAsync();
        var held = _world.Start(() => WriteAsync("b"));
        await _world.Run(() => AfterAsync(TimeSpan.FromSeconds(2.1)));

        _answer = static _ => ValueTask.CompletedTask;
        var back = _world.Time.GetUtcNow();
        await _world.Finish(held);

        Assert.InRange(_world.Time.GetUtcNow() - back, TimeSpan.Zero, StorageWatch.ProbeInterval);
    }

    [Fact]
    public async Task Nobody_held_back_nobody_looks()
    {
        await FallSilentAsync();
        _world.Tables.Operations.Reset();

        await _world.Run(() => AfterAsync(TimeSpan.FromMinutes(1)));

        Assert.Equal(0, _world.Tables.Operations.Total);
    }

    [Fact]
    public async Task Twenty_looks_are_under_way_at_most()
    {
        await FallSilentAsync();
        var (looking, most) = (0, 0);
        _answer = async call =>
        {
            most = Math.Max(most, ++looking);
            await Task.Delay(StorageWatch.ProbeLimit, _world.Time);
            looking--;
            throw new StorageUnavailableException("late");
        };

        await _world.Run(async () =>
        {
            for (var number = 0; number < 10; number++)
            {
                await Assert.ThrowsAsync<StorageUnavailableException>(async () => await ReadAsync());
            }

            return true;
        });

        Assert.InRange(most, 15, 21);
    }

    [Fact]
    public async Task A_service_that_takes_a_second_and_a_half_for_every_call_serves_every_call()
    {
        _answer = call => new ValueTask(Task.Delay(TimeSpan.FromSeconds(1.5), _world.Time));

        var clients = Enumerable.Range(0, 5).Select(client => _world.Start(async () =>
        {
            await Task.Delay(TimeSpan.FromSeconds(0.4 * client), _world.Time);
            for (var number = 0; number < 20; number++)
            {
                await WriteAsync($"{client}-{number}");
            }

            return true;
        }));
        await _world.Finish(Task.WhenAll(clients));

        Assert.Equal(100, _world.Tables.Operations.TableTransactions);
    }

    [Fact]
    public async Task One_slow_call_among_quick_ones_has_all_its_time()
    {
        _answer = call => call.RowKey == "slow"
            ? new ValueTask(Task.Delay(TimeSpan.FromSeconds(4.5), _world.Time))
            : ValueTask.CompletedTask;
        var slow = _world.Start(() => WriteAsync("slow"));

        await _world.Run(() => AfterAsync(TimeSpan.FromSeconds(3)));
        var began = _world.Time.GetUtcNow();
        await _world.Run(() => WriteAsync("quick"));

        Assert.Equal(began, _world.Time.GetUtcNow());
        await _world.Finish(slow);
    }

    [Fact]
    public async Task A_refusal_is_an_answer()
    {
        await FallSilentAsync();
        _answer = static _ => throw new StorageUnavailableException("busy");
        var began = _world.Time.GetUtcNow();

        await Assert.ThrowsAsync<StorageUnavailableException>(() => _world.Run(() => WriteAsync("b")));

        Assert.Equal(began, _world.Time.GetUtcNow());
    }

    [Fact]
    public async Task A_call_that_is_held_back_can_be_abandoned()
    {
        await FallSilentAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1), _world.Time);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => _world.Run(() => _store.GetAsync("p", "r", patience.Token)));
    }

    private async Task FallSilentAsync()
    {
        _answer = static _ => new ValueTask(new TaskCompletionSource().Task);
        await Assert.ThrowsAsync<StorageOutcomeUnknownException>(() => _world.Run(() => WriteAsync("a")));
    }

    private ValueTask<TableTransaction> WriteAsync(string key) =>
        _store.ExecuteAsync("p", [new RowChange.Insert(key, new byte[1])], CancellationToken.None);

    private ValueTask<TableRow?> ReadAsync() => _store.GetAsync("p", "r", CancellationToken.None);

    private async ValueTask<bool> AfterAsync(TimeSpan time)
    {
        await Task.Delay(time, _world.Time);
        return true;
    }
}
