using Serverless.StorageEngine.Diagnostics;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Retention.Cost;
using Serverless.StorageEngine.SharedLogs;
using Serverless.StorageEngine.Tests.Log;
using Serverless.StorageEngine.Tests.Retention.Keeping;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.SharedLogs;

/// <summary>What a topic pays for appends that it shares with other partitions and topics.</summary>
public sealed class SharedCostTests : IDisposable
{
    private readonly KeeperWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task Appends_to_a_topics_own_shared_log_are_counted_as_often_as_storage_was_asked()
    {
        var node = _world.StartNode();
        var topic = await _world.Create(node, partitions: 5, settings: [("log", "shared")]);
        for (var partition = 0; partition < 5; partition++)
        {
            await _world.Append(node, topic, 2, partition);
        }

        var cost = await CostAsync(_world.StartNode(), topic);

        Assert.Equal(_world.Segments.Operations.Appends, cost.Appends.Counted);
        Assert.Equal(_world.Now.AddMinutes(-1), cost.Appends.Since!.Value, TimeSpan.FromMinutes(1.1));
    }

    [Fact]
    public async Task Appends_at_the_same_time_to_many_partitions_are_paid_once()
    {
        var node = _world.StartNode();
        var topic = await _world.Create(
            node, partitions: 20, settings: [("log", "shared"), ("append.interval.ms", "250")]);
        await AppendToAllAsync(node, topic);
        var before = (await CostAsync(node, topic)).Appends.Counted;
        await AppendToAllAsync(node, topic);
        await AppendToAllAsync(node, topic);

        Assert.InRange((await CostAsync(node, topic)).Appends.Counted - before, 2, 8);
    }

    [Fact]
    public async Task Behind_a_seal_of_a_carrier_appends_are_counted_from_there()
    {
        var node = _world.StartNode(log: new EventLogSettings { Shared = new SharedTuning { CarrierBytes = 5_000 } });
        var topic = await _world.Create(node, partitions: 2, settings: [("log", "shared")]);
        await _world.Append(node, topic, 10);
        _world.Pass(TimeSpan.FromDays(10));
        await _world.Append(node, topic, 10, partition: 1);

        var cost = await CostAsync(_world.StartNode(), topic);

        Assert.InRange(cost.Appends.Counted, 5, 20);
        Assert.True(_world.Now - cost.Appends.Since!.Value < TimeSpan.FromDays(1));
    }

    [Fact]
    public async Task Topics_of_a_group_share_its_appends_by_their_bytes()
    {
        var node = _world.StartNode();
        var large = await _world.Create(node, "large", settings: [("log", "shared:all")]);
        var small = await _world.Create(node, "small", settings: [("log", "shared:all")]);
        await _world.Append(node, large, 30);
        await _world.Append(node, small, 10);

        var (most, least) = (await CostAsync(node, large), await CostAsync(node, small));

        var all = _world.Segments.Operations.Appends;
        Assert.InRange(most.Appends.Counted + least.Appends.Counted, all - 2, all);
        Assert.InRange(most.Appends.Counted / (double)least.Appends.Counted, 2.5, 3.5);
    }

    private Task<TopicCost> CostAsync(KeeperNode node, Topic topic) => _world.Run(async () =>
        (await new TopicCostReader(_world.Tables, node.Log, new EngineMeters(), new StoragePrices(), _world.Time)
            .ReadAsync(topic, CancellationToken.None))!);

    private async Task AppendToAllAsync(KeeperNode node, Topic topic)
    {
        var appends = Enumerable.Range(0, topic.PartitionCount).Select(partition => _world.Start(() =>
            node.Log.AppendAsync(topic, partition, LogWorld.BatchOf("value"), CancellationToken.None))).ToArray();
        foreach (var append in appends)
        {
            Assert.IsType<AppendOutcome.Appended>(await _world.Finish(append));
        }
    }
}
