using Serverless.StorageEngine.Queues;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.Queues;

/// <summary>The table operations that ARCHITECTURE.md names, counted.</summary>
public sealed class QueueCostTests : IDisposable
{
    private readonly QueueWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task A_receive_costs_one_read_and_one_write_of_a_row()
    {
        var (node, topic) = await StartAsync(partitions: 1);
        await _world.Receive(node);
        await _world.Append(node, topic, "d");

        await Costs(() => _world.Receive(node), reads: 1, writes: 1);
    }

    [Fact]
    public async Task The_first_receive_of_a_partition_reads_the_queue_and_the_topic_besides()
    {
        var (node, _) = await StartAsync(partitions: 1);

        await Costs(() => _world.Receive(node), reads: 1 + 2, writes: 1);
    }

    [Fact]
    public async Task A_receive_that_finds_nothing_costs_one_read_of_a_row_and_one_of_the_log()
    {
        var (node, _) = await StartAsync(partitions: 1);
        await _world.Receive(node);
        _world.Segments.Operations.Reset();

        await Costs(() => _world.Receive(node), reads: 1);
        Assert.Equal(1, _world.Segments.Operations.Reads);
    }

    [Fact]
    public async Task Acknowledgements_cost_one_read_and_one_write_for_all_records_of_a_partition()
    {
        var (node, _) = await StartAsync(partitions: 1);
        var received = await _world.Receive(node);
        Assert.Equal(3, received.Count);

        await Costs(() => _world.Say(node, new Acknowledgement.Accept(), received), reads: 1, writes: 1);
    }

    [Fact]
    public async Task A_receive_over_partitions_costs_one_query_more_and_a_read_and_a_write_for_each_it_takes_from()
    {
        var (node, topic) = await StartAsync(partitions: 8);
        for (var partition = 0; partition < 8; partition++)
        {
            await _world.Append(node, topic, partition, "a");
        }

        await _world.Receive(node, max: 100);
        await _world.Append(node, topic, 2, "b");
        await _world.Append(node, topic, 5, "c");

        await Costs(() => _world.Receive(node), reads: 1 + 2, writes: 2);
    }

    [Fact]
    public async Task A_receive_that_has_enough_looks_at_no_further_partitions()
    {
        var (node, topic) = await StartAsync(partitions: 64);
        for (var partition = 0; partition < 64; partition++)
        {
            await _world.Append(node, topic, partition, "a");
        }

        await Costs(() => _world.Receive(node, max: 1), reads: 1 + 1 + 2, writes: 1);
    }

    private async Task<(QueueNode Node, Topic Topic)> StartAsync(int partitions)
    {
        var node = _world.StartNode();
        var topic = await _world.CreateTopic(node, partitions: partitions);
        await _world.Put(node);
        await _world.Append(node, topic, "a", "b", "c");
        await _world.Describe(node);
        return (node, topic);
    }

    private async Task Costs(Func<Task> work, int reads = 0, int writes = 0)
    {
        _world.Tables.Operations.Reset();

        await work();

        Assert.Equal(
            (reads, writes), (_world.Tables.Operations.TableReads, _world.Tables.Operations.TableTransactions));
    }
}
