using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.SharedLogs;
using Serverless.StorageEngine.Tests.Log;
using Serverless.StorageEngine.Tests.Retention.Keeping;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.SharedLogs;

/// <summary>When a partition goes from one log to another.</summary>
public sealed class MovingTests : IDisposable
{
    private static readonly EventLogSettings RoomForOne = new() { Shared = new SharedTuning { SegmentsMax = 1 } };

    private readonly KeeperWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task Nodes_that_take_turns_at_a_full_shared_log_leave_a_partition_where_it_is()
    {
        var (one, other) = (_world.StartNode(log: RoomForOne), _world.StartNode(log: RoomForOne));
        var topic = await _world.Create(one, partitions: 2, settings: [("log", "shared"), ("shared.segment.ms", "86400000")]);
        await _world.Append(one, topic, 1);
        for (var round = 0; round < 5; round++)
        {
            await _world.Append(one, topic, 1, partition: 1);
            await _world.Append(other, topic, 1, partition: 1);
            _world.Pass(LogTuning.Default.MoveIntervalMin);
        }

        Assert.Empty((await _world.Rows(topic, partition: 1)).Segments);
        Assert.Equal(10, (await _world.ReadOffsets(_world.StartNode(), topic, partition: 1)).Length);
    }

    [Fact]
    public async Task A_partition_moves_when_the_shared_log_has_room_again()
    {
        var (full, roomy) = (_world.StartNode(log: RoomForOne), _world.StartNode());
        var topic = await _world.Create(full, partitions: 2, settings: [("log", "shared")]);
        await _world.Append(full, topic, 1);
        await _world.Append(full, topic, 1, partition: 1);
        _world.Pass(LogTuning.Default.MoveIntervalMin);
        await _world.Append(roomy, topic, 2, partition: 1);

        Assert.Equal(["dedicated", "shared"], await PlacesAsync(topic, partition: 1));
    }

    [Fact]
    public async Task Nodes_whose_wishes_differ_move_a_log_now_and_then_and_not_at_each_append()
    {
        var (one, other) = (_world.StartNode(), _world.StartNode());
        var shared = await _world.Create(one, settings: [("log", "shared")]);
        var dedicated = shared with { Config = LogWorld.TopicOf(1, ("log", "dedicated")).Config };
        for (var round = 0; round < 10; round++)
        {
            await _world.Append(one, shared, 1);
            await _world.Append(other, dedicated, 1);
        }

        Assert.Equal(["shared"], await PlacesAsync(shared, partition: 0));
    }

    // Of the sealed segments and the active one, in their order.
    private async Task<string[]> PlacesAsync(Topic topic, int partition)
    {
        var active = await _world.Run(() =>
            _world.StartNode().Log.GetActiveSegmentAsync(topic, partition, CancellationToken.None));
        return
        [
            .. (await _world.Rows(topic, partition)).Segments
                .Select(static one => one.Row.Segment).Append(active!.Value.Name.Value)
                .Select(static name => SharedKeys.LogOf(name) is null ? "dedicated" : "shared"),
        ];
    }
}
