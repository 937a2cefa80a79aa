using Serverless.StorageEngine.Diagnostics;
using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Groups.Cleanup;
using Serverless.StorageEngine.Retention;
using Serverless.StorageEngine.Simulation;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Tests.Diagnostics;
using Serverless.StorageEngine.Tests.Log;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.Retention;

/// <summary>What a node's timer and its operator ask for.</summary>
public sealed class StoreMaintenanceTests : IDisposable
{
    private static readonly TimeSpan HalfAnHour = TimeSpan.FromMinutes(30);

    private readonly LogWorld _world = new();
    private readonly EngineMeters _meters = new();

    public void Dispose()
    {
        _meters.Dispose();
        _world.Dispose();
    }

    [Fact]
    public async Task However_many_nodes_there_are_they_do_the_work_of_one()
    {
        Assert.IsType<MaintenanceOutcome.Ran>(await RunIfDue(Node()));

        _world.Time.Advance(HalfAnHour - TimeSpan.FromMinutes(1));
        Assert.IsType<MaintenanceOutcome.NotDue>(await RunIfDue(Node()));

        _world.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.IsType<MaintenanceOutcome.Ran>(await RunIfDue(Node()));
    }

    [Fact]
    public async Task To_find_that_nothing_is_due_costs_one_table_read()
    {
        await RunIfDue(Node());
        var node = Node();
        _world.Tables.Operations.Reset();

        await RunIfDue(node);

        Assert.Equal((1, 0), (_world.Tables.Operations.TableReads, _world.Tables.Operations.TableTransactions));
    }

    [Fact]
    public async Task Who_asks_for_a_run_gets_one_whenever_the_last_one_was()
    {
        var node = Node();
        await RunIfDue(node);

        Assert.IsType<MaintenanceOutcome.Ran>(await _world.Run(() => node.RunAsync(CancellationToken.None)));
    }

    [Fact]
    public async Task A_cleanup_of_groups_that_fails_is_told_beside_what_was_done()
    {
        using var measured = new Measured(_meters);
        var node = Node();
        _world.Tables.Interception.Before = static call =>
            call.Operation == StorageOperation.ExecuteTransaction && call.RowKey == CleanupRow.Key
                ? throw new StorageUnavailableException("Storage is away.")
                : ValueTask.CompletedTask;

        var ran = Assert.IsType<MaintenanceOutcome.Ran>(await _world.Run(() => node.RunAsync(CancellationToken.None)));

        Assert.Null(ran.Report.Groups);
        Assert.Contains("Storage is away.", Assert.Single(ran.Report.Run.Problems).Text, StringComparison.Ordinal);
        Assert.Equal(1, ran.Report.Run.Did.Faults);
        Assert.Equal(1, measured.Sum("serverless.keeper.runs{outcome=faults}"));
        Assert.Equal(0, measured.Sum("serverless.keeper.runs{outcome=ok}"));
        Assert.Equal(1, measured.Sum("serverless.keeper.faults"));
    }

    [Fact]
    public async Task A_run_that_met_a_fault_is_due_again_at_once_and_does_not_count_as_one_over_the_whole_store()
    {
        using var measured = new Measured(_meters);
        await _world.Tables.ExecuteAsync(
            TopicCatalog.TablePartition,
            [new RowChange.Insert("topic|orders", "{}"u8.ToArray())],
            CancellationToken.None);

        Assert.IsType<MaintenanceOutcome.Ran>(await RunIfDue(Node()));
        Assert.IsType<MaintenanceOutcome.Ran>(await RunIfDue(Node()));
        measured.Look();

        Assert.Empty(measured["serverless.keeper.run.age"]);
    }

    [Fact]
    public async Task A_run_that_could_not_list_the_topics_is_due_again_at_once()
    {
        _world.Tables.Interception.Before = static call =>
            call.Operation == StorageOperation.QueryRows && call.Target == TopicCatalog.TablePartition
                ? throw new StorageUnavailableException("Storage is away.")
                : ValueTask.CompletedTask;
        await RunIfDue(Node());
        _world.Tables.Interception.Before = null;

        Assert.IsType<MaintenanceOutcome.Ran>(await RunIfDue(Node()));
        Assert.IsType<MaintenanceOutcome.NotDue>(await RunIfDue(Node()));
    }

    [Fact]
    public async Task Runs_are_counted_and_their_age_is_told_also_by_a_node_that_found_nothing_to_do()
    {
        using var measured = new Measured(_meters);
        await RunIfDue(Node());
        Assert.Equal(1, measured.Sum("serverless.keeper.runs{outcome=ok}"));

        _world.Time.Advance(TimeSpan.FromMinutes(10));
        await RunIfDue(Node());
        measured.Look();

        Assert.Equal(600, Assert.Single(measured["serverless.keeper.run.age"]), tolerance: 1);
    }

    private Task<MaintenanceOutcome> RunIfDue(StoreMaintenance node) =>
        _world.Run(() => node.RunIfDueAsync(HalfAnHour, CancellationToken.None));

    private StoreMaintenance Node()
    {
        var node = _world.StartWholeNode();
        var settings = new GroupSettings();
        var groups = new GroupCoordinator(_world.Tables, node.Topics, settings, _world.Time, new Random(3));
        return new StoreMaintenance(
            new Keeper(node.Log, node.Topics, new KeeperSettings()),
            new OffsetCleanup(
                _world.Tables, node.Topics, groups, settings, new OffsetCleanupLimits(), _world.Time, new Random(4)),
            _meters,
            _world.Time);
    }
}
