using Microsoft.Extensions.Time.Testing;
using Serverless.StorageEngine.Simulation;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Conformance;

public sealed class SimulatedTableTransactionTests : TableTransactionConformance
{
    protected override ITableStore Store { get; } = new SimulatedTableStore(TimeProvider.System);
}

public sealed class SimulatedTableRowTests : TableRowConformance
{
    protected override ITableStore Store { get; } = new SimulatedTableStore(TimeProvider.System);
}

public sealed class SimulatedTableQueryTests : TableQueryConformance
{
    protected override ITableStore Store { get; } = new SimulatedTableStore(TimeProvider.System);
}

public sealed class SimulatedTableVersionTests : TableVersionConformance
{
    protected override ITableStore Store { get; } = new SimulatedTableStore(TimeProvider.System);
}

public sealed class SimulatedTableModelTests : TableModelConformance
{
    protected override ITableStore Store { get; } = new SimulatedTableStore(TimeProvider.System);
}

/// <summary>What only the simulated store has: a clock of the test, hooks and counts.</summary>
public sealed class SimulatedTableStoreTests
{
    private static readonly DateTimeOffset Noon = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _clock = new(Noon);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_row_is_stamped_by_the_clock_and_a_clock_that_goes_back_changes_no_stamp()
    {
        var clock = new SteppingClock { Now = Noon };
        var store = new SimulatedTableStore(clock);
        await store.ExecuteAsync("p", [new RowChange.Insert("a", default)], Token);
        clock.Now = Noon.AddSeconds(-30);
        await store.ExecuteAsync("p", [new RowChange.Insert("b", default)], Token);
        clock.Now = Noon.AddSeconds(5);
        await store.ExecuteAsync("p", [new RowChange.Insert("c", default)], Token);

        Assert.Equal(Noon, (await store.GetAsync("p", "a", Token))?.WrittenAt);
        Assert.Equal(Noon, (await store.GetAsync("p", "b", Token))?.WrittenAt);
        Assert.Equal(Noon.AddSeconds(5), (await store.GetAsync("p", "c", Token))?.WrittenAt);
    }

    [Fact]
    public async Task The_value_of_a_row_is_copied_when_the_transaction_runs()
    {
        var store = new SimulatedTableStore(_clock);
        var value = new byte[] { 1 };
        await store.ExecuteAsync("p", [new RowChange.Insert("a", value)], Token);

        value[0] = 9;

        Assert.Equal([1], (await store.GetAsync("p", "a", Token))?.Value.ToArray());
    }

    [Fact]
    public async Task A_lost_answer_keeps_the_effect()
    {
        var store = new SimulatedTableStore(_clock);
        store.Interception.After = call => call.Operation == StorageOperation.ExecuteTransaction
            ? throw new StorageOutcomeUnknownException("The test loses the answer.")
            : ValueTask.CompletedTask;

        await Assert.ThrowsAsync<StorageOutcomeUnknownException>(
            async () => await store.ExecuteAsync("p", [new RowChange.Insert("a", default)], Token));

        Assert.NotNull(await store.GetAsync("p", "a", Token));
    }

    [Fact]
    public async Task Calls_and_bytes_are_counted()
    {
        var store = new SimulatedTableStore(_clock);
        await store.ExecuteAsync("p", [new RowChange.Insert("a", new byte[3])], Token);
        await store.ExecuteAsync("p", [new RowChange.Insert("a", new byte[3])], Token);
        await store.GetAsync("p", "a", Token);
        await store.QueryAsync("p", RowRange.All, 10, Token);

        Assert.Equal(2, store.Operations.TableTransactions);
        Assert.Equal(2, store.Operations.TableReads);
        Assert.Equal(3, store.Operations.BytesWritten);
        Assert.Equal(6, store.Operations.BytesRead);
    }

    private sealed class SteppingClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
