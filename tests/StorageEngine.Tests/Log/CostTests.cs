using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Simulation;

namespace Serverless.StorageEngine.Tests.Log;

/// <summary>The storage operations that ARCHITECTURE.md names, counted.</summary>
public sealed class CostTests : IDisposable
{
    private readonly LogWorld _world = new();
    private readonly StorageEngine.Topics.Topic _topic = LogWorld.TopicOf(1, ("segment.bytes", "16384"));

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task An_append_of_the_leader_costs_one_append()
    {
        var node = _world.StartNode();
        await _world.Append(node, _topic, "a");

        await Costs(() => _world.Append(node, _topic, "b"), appends: 1);
    }

    [Fact]
    public async Task An_append_of_a_guest_costs_one_read_and_one_append()
    {
        var (leader, guest) = (_world.StartNode(), _world.StartNode());
        await _world.Append(leader, _topic, "a");
        await _world.Append(guest, _topic, "b");
        await _world.Append(leader, _topic, "c");

        await Costs(() => _world.Append(guest, _topic, "d"), reads: 1, appends: 1);
    }

    [Fact]
    public async Task An_append_of_a_leader_costs_a_read_more_until_a_dozen_blocks_behind_a_guests_were_its_own()
    {
        var (leader, guest) = (_world.StartNode(), _world.StartNode());
        await _world.Append(leader, _topic, "a");
        await _world.Append(guest, _topic, "b");

        // Nobody tells the leader: the first one finds its position taken.
        await Costs(() => _world.Append(leader, _topic, "c"), reads: 2, appends: 2);
        for (var block = 1; block < 12; block++)
        {
            await Costs(() => _world.Append(leader, _topic, "d"), reads: 1, appends: 1);
        }

        await Costs(() => _world.Append(leader, _topic, "e"), appends: 1);
    }

    [Fact]
    public async Task The_first_append_to_a_partition_costs_one_append_one_creation_one_read_and_four_table_operations() =>
        await Costs(
            () => _world.Append(_world.StartNode(), _topic, "a"),
            reads: 1, appends: 1, creations: 1, tableReads: 2, transactions: 2);

    [Fact]
    public async Task A_take_over_costs_one_read_one_append_and_four_table_operations()
    {
        await _world.Append(_world.StartNode(), _topic, "a");
        _world.Time.Advance(TimeSpan.FromMinutes(1));

        await Costs(
            () => _world.Append(_world.StartNode(), _topic, "b"),
            reads: 1, appends: 1, tableReads: 2, transactions: 2);
    }

    [Fact]
    public async Task A_repeat_on_a_node_that_knows_the_log_costs_nothing()
    {
        var node = _world.StartNode();
        await _world.Send(node, _topic, LogWorld.BatchBy(1, 0, 0, "a"));

        await Costs(() => _world.Send(node, _topic, LogWorld.BatchBy(1, 0, 0, "a")));
    }

    [Fact]
    public async Task A_refusal_by_the_leader_costs_one_read()
    {
        var node = _world.StartNode();
        await _world.Send(node, _topic, LogWorld.BatchBy(1, 0, 0, "a"));

        await Costs(() => _world.Send(node, _topic, LogWorld.BatchBy(1, 0, 5, "b")), reads: 1);
    }

    [Fact]
    public async Task A_fetch_of_what_this_node_wrote_or_read_costs_nothing()
    {
        var node = _world.StartNode();
        await _world.Append(node, _topic, "a");

        await Costs(() => Fetch(node, 0));
    }

    [Fact]
    public async Task A_fetch_at_the_end_costs_one_read()
    {
        var node = _world.StartNode();
        await _world.Append(node, _topic, "a");

        await Costs(() => Fetch(node, 1), reads: 1);
    }

    [Fact]
    public async Task The_first_fetch_of_a_node_costs_one_query_and_one_read()
    {
        await _world.Append(_world.StartNode(), _topic, "a");

        await Costs(() => Fetch(_world.StartNode(), 0), reads: 1, tableReads: 1);
    }

    [Fact]
    public async Task A_fetch_from_a_sealed_segment_costs_one_query_and_one_read()
    {
        var writer = _world.StartNode();
        for (var i = 0; i < 40; i++)
        {
            await _world.Append(writer, _topic, new string('x', 1_000));
        }

        var reader = _world.StartNode();
        await Fetch(reader, 40);

        await Costs(() => Fetch(reader, 0), reads: 1, tableReads: 1);
    }

    private Task<FetchOutcome> Fetch(EventLog node, long offset) =>
        _world.Run(() => node.FetchAsync(_topic, 0, offset, 1_000, CancellationToken.None));

    private async Task Costs(
        Func<Task> work, int reads = 0, int appends = 0, int creations = 0, int tableReads = 0, int transactions = 0)
    {
        _world.Segments.Operations.Reset();
        _world.Tables.Operations.Reset();

        await work();

        var (segments, tables) = (_world.Segments.Operations, _world.Tables.Operations);
        Assert.Equal(
            (reads, appends, creations, tableReads, transactions),
            (segments.Reads,
                segments.Appends,
                segments.Count(StorageOperation.CreateSegment),
                tables.TableReads,
                tables.TableTransactions));
    }
}
