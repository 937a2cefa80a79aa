using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Simulation;
using Serverless.StorageEngine.Tests.Log;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.Retention;

public sealed class DeleteRecordsTests : IDisposable
{
    private readonly LogWorld _world = new();
    private readonly Topic _topic = LogWorld.TopicOf();
    private readonly RetiredLog _log;

    public DeleteRecordsTests() => _log = new RetiredLog(_world, _topic);

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task Records_before_the_offset_cannot_be_read_any_more()
    {
        var node = _world.StartNode();
        await _log.AppendAsync(node, 5);

        Assert.Equal(new DeleteRecordsOutcome.Deleted(3, 5), await Delete(node, 3));

        Assert.Equal(new FetchOutcome.OffsetOutOfRange(3, 5), await _log.FetchAsync(node, 2));
        Assert.Equal(RetiredLog.Values(3, 5), await _world.ReadAll(node, _topic, offset: 3));
    }

    [Fact]
    public async Task Every_node_tells_the_new_log_start()
    {
        var (node, other) = (_world.StartNode(), _world.StartNode());
        await _log.AppendAsync(node, 5);
        await Offsets(other);

        await Delete(node, 3);

        Assert.Equal(new PartitionOffsets(3, 5), await Offsets(other));
    }

    [Fact]
    public async Task Minus_one_deletes_all_that_is_there_and_nothing_that_comes()
    {
        var node = _world.StartNode();
        await _log.AppendAsync(node, 5);

        Assert.Equal(new DeleteRecordsOutcome.Deleted(5, 5), await Delete(node, EventLog.ToHighWatermark));

        await _log.AppendAsync(node, 1, from: 5);
        Assert.Equal(RetiredLog.Values(5, 6), await _world.ReadAll(_world.StartNode(), _topic, offset: 5));
    }

    [Fact]
    public async Task The_log_start_never_falls()
    {
        var node = _world.StartNode();
        await _log.AppendAsync(node, 5);
        await Delete(node, 4);

        Assert.Equal(new DeleteRecordsOutcome.Deleted(4, 5), await Delete(_world.StartNode(), 2));
        Assert.Equal(new PartitionOffsets(4, 5), await Offsets(_world.StartNode()));
    }

    [Fact]
    public async Task Nobody_is_told_a_log_start_behind_the_end()
    {
        var (node, other) = (_world.StartNode(), _world.StartNode());
        await _log.AppendAsync(node, 5);
        _world.Tables.Interception.Before = async call =>
        {
            if (call.Operation == StorageOperation.GetRow)
            {
                _world.Tables.Interception.Before = null;
                await other.AppendAsync(_topic, 0, LogWorld.BatchOf("a", "b", "c"), CancellationToken.None);
                await other.DeleteRecordsAsync(_topic, 0, 8, CancellationToken.None);
            }
        };

        Assert.Equal(new DeleteRecordsOutcome.Deleted(8, 8), await Delete(node, 3));
        Assert.Equal(new FetchOutcome.OffsetOutOfRange(8, 8), await _log.FetchAsync(node, 3));
    }

    [Theory]
    [InlineData(6)]
    [InlineData(-2)]
    public async Task An_offset_that_is_none_of_the_log_is_refused_with_the_range(long beforeOffset)
    {
        var node = _world.StartNode();
        await _log.AppendAsync(node, 5);

        Assert.Equal(new DeleteRecordsOutcome.OffsetOutOfRange(0, 5), await Delete(node, beforeOffset));
        Assert.Equal(new PartitionOffsets(0, 5), await Offsets(node));
    }

    [Fact]
    public async Task A_partition_without_records_has_nothing_to_delete() =>
        Assert.Equal(new DeleteRecordsOutcome.Deleted(0, 0), await Delete(_world.StartNode(), -1));

    [Fact]
    public async Task A_partition_that_does_not_exist_is_unknown() =>
        Assert.IsType<DeleteRecordsOutcome.UnknownTopicOrPartition>(await _world.Run(
            () => _world.StartNode().DeleteRecordsAsync(_topic, 1, 0, CancellationToken.None)));

    private Task<DeleteRecordsOutcome> Delete(EventLog node, long beforeOffset) =>
        _world.Run(() => node.DeleteRecordsAsync(_topic, 0, beforeOffset, CancellationToken.None));

    private async Task<PartitionOffsets?> Offsets(EventLog node) =>
        await _world.Run(() => node.GetOffsetsAsync(_topic, 0, CancellationToken.None));
}
