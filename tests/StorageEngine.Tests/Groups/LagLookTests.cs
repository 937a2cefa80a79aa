using Serverless.StorageEngine.Diagnostics;
using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Offsets;
using Serverless.StorageEngine.Simulation;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Tests.Diagnostics;
using Serverless.StorageEngine.Tests.Log;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.Groups;

public sealed class LagLookTests : IDisposable
{
    private readonly LogWorld _world = new();
    private readonly Measured _measured;
    private readonly WholeNode _node;
    private readonly LagLook _look;

    public LagLookTests()
    {
        _measured = new Measured(_world.Meters);
        _node = _world.StartWholeNode();
        _look = new LagLook(_node.Groups, new GroupLags(_node.Topics, _node.Log), _world.Meters);
    }

    public void Dispose()
    {
        _measured.Dispose();
        _world.Dispose();
    }

    [Fact]
    public async Task The_lag_of_a_group_is_summed_over_the_partitions_of_each_topic()
    {
        var topic = await CreateAsync("orders");
        await AppendAsync(topic, 0, 5);
        await AppendAsync(topic, 1, 3);
        await CommitAsync("shop", ("orders", 0, 1), ("orders", 1, 3));
        await CommitAsync("audit", ("orders", 0, 5));

        Assert.True(await _world.Run(() => _look.RunAsync(CancellationToken.None)));

        _measured.Look();
        Assert.Equal([4], _measured["serverless.group.lag{group=shop,topic=orders}"]);
        Assert.Equal([0], _measured["serverless.group.lag{group=audit,topic=orders}"]);
    }

    [Fact]
    public async Task A_look_that_fails_leaves_no_old_number_behind()
    {
        await CreateAsync("orders");
        await CommitAsync("shop", ("orders", 0, 0));
        await _world.Run(() => _look.RunAsync(CancellationToken.None));
        _world.Tables.Interception.Before = static call => call.Operation == StorageOperation.QueryRows
            ? throw new StorageUnavailableException("Storage is away.")
            : ValueTask.CompletedTask;

        await Assert.ThrowsAsync<StorageUnavailableException>(
            () => _world.Run(() => _look.RunAsync(CancellationToken.None)));

        _measured.Look();
        Assert.Empty(_measured["serverless.group.lag{group=shop,topic=orders}"]);
    }

    [Fact]
    public void Of_too_many_lags_the_largest_are_told()
    {
        _world.Meters.Gauges.Lags =
            [.. Enumerable.Range(0, GaugeMeters.LagsMax + 5).Select(static n => new GroupLag($"g{n}", "orders", n))];

        Assert.Equal(GaugeMeters.LagsMax, _world.Meters.Gauges.Lags.Count);
        Assert.DoesNotContain(_world.Meters.Gauges.Lags, static lag => lag.Records < 5);
    }

    private async Task<Topic> CreateAsync(string name)
    {
        Assert.True(TopicName.TryParse(name, out var parsed, out _));
        var creation = await _world.Run(() => _node.Topics.CreateAsync(
            parsed, 2, [], validateOnly: false, CancellationToken.None));
        return Assert.IsType<TopicCreation.Created>(creation).Topic;
    }

    private async Task AppendAsync(Topic topic, int partition, int records)
    {
        var batch = LogWorld.BatchOf([.. Enumerable.Repeat("x", records)]);
        Assert.IsType<AppendOutcome.Appended>(
            await _world.Run(() => _node.Log.AppendAsync(topic, partition, batch, CancellationToken.None)));
    }

    private async Task CommitAsync(string group, params (string Topic, int Partition, long Offset)[] offsets)
    {
        Assert.True(GroupId.TryParse(group, out var id, out _));
        var commits = offsets.Select(static one =>
        {
            Assert.True(TopicName.TryParse(one.Topic, out var topic, out _));
            return new PartitionOffset(new TopicPartition(topic, one.Partition), one.Offset, "");
        });
        Assert.IsType<GroupOutcome.Done>(await _world.Run(
            () => _node.Groups.AlterOffsetsAsync(id, [.. commits], [], onlyIfEmpty: false, CancellationToken.None)));
    }
}
