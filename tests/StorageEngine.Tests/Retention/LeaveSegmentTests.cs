using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Simulation;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Tests.Log;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.Retention;

public sealed class LeaveSegmentTests : IDisposable
{
    private readonly LogWorld _world = new();
    private readonly Topic _topic = LogWorld.TopicOf();
    private readonly RetiredLog _log;

    public LeaveSegmentTests() => _log = new RetiredLog(_world, _topic);

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task The_head_moves_to_the_next_segment_so_that_the_old_one_can_go()
    {
        var (writer, keeper) = (_world.StartNode(), _world.StartNode());
        await _log.AppendAsync(writer, 3);
        var segment = (await _log.HeadAsync()).Segment;

        Assert.True(await Leave(keeper, segment));
        await _log.RetireOldestAsync();

        Assert.Equal(new PartitionOffsets(3, 3), await Offsets(_world.StartNode()));
        Assert.Equal(3, await _world.Append(_world.StartNode(), _topic, "next"));
    }

    [Fact]
    public async Task A_leader_whose_segment_was_left_goes_on_behind_it()
    {
        var (writer, keeper) = (_world.StartNode(), _world.StartNode());
        await _log.AppendAsync(writer, 3);

        await Leave(keeper, (await _log.HeadAsync()).Segment);
        await _log.AppendAsync(writer, 2, from: 3);

        Assert.Equal(RetiredLog.Values(0, 5), await _world.ReadAll(_world.StartNode(), _topic));
    }

    [Fact]
    public async Task Leaving_twice_pays_nothing_the_second_time()
    {
        var keeper = _world.StartNode();
        await _log.AppendAsync(keeper, 3);
        var segment = (await _log.HeadAsync()).Segment;
        await Leave(keeper, segment);
        _world.Segments.Operations.Reset();

        Assert.True(await Leave(keeper, segment));

        Assert.Equal(0, _world.Segments.Operations.Appends);
        Assert.Equal(0, _world.Segments.Operations.Count(StorageOperation.CreateSegment));
    }

    [Fact]
    public async Task What_was_interrupted_behind_the_seal_is_completed_by_the_next_call()
    {
        var keeper = _world.StartNode();
        await _log.AppendAsync(keeper, 3);
        var segment = (await _log.HeadAsync()).Segment;
        _world.Tables.Interception.Before = call => call.Operation == StorageOperation.ExecuteTransaction
            ? throw new StorageUnavailableException("killed")
            : ValueTask.CompletedTask;
        Assert.False(await Leave(keeper, segment));
        _world.Tables.Interception.Before = null;

        Assert.True(await Leave(_world.StartNode(), segment));
        Assert.NotEqual(segment, (await _log.HeadAsync()).Segment);
    }

    [Fact]
    public async Task A_segment_without_records_is_not_left()
    {
        var keeper = _world.StartNode();
        await _log.AppendAsync(keeper, 3);
        await Leave(keeper, (await _log.HeadAsync()).Segment);

        Assert.False(await Leave(keeper, (await _log.HeadAsync()).Segment));
    }

    private Task<bool> Leave(EventLog node, string segment) =>
        _world.Run(() => node.LeaveSegmentAsync(_topic, 0, new SegmentName(segment), CancellationToken.None));

    private async Task<PartitionOffsets?> Offsets(EventLog node) =>
        await _world.Run(() => node.GetOffsetsAsync(_topic, 0, CancellationToken.None));
}
