using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.Log;

public sealed class FindOffsetTests : IDisposable
{
    private readonly LogWorld _world = new();
    private readonly Topic _topic = LogWorld.TopicOf(1, ("segment.bytes", "16384"));

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task The_first_record_at_or_after_an_instant_is_found_in_every_segment()
    {
        await AppendAt([.. Enumerable.Range(0, 100).Select(i => 1_000L * i)]);
        var reader = _world.StartNode();

        for (var i = 0; i < 100; i++)
        {
            Assert.Equal(new OffsetAndTimestamp(i, 1_000 * i), await Find(reader, (1_000 * i) - 500));
            Assert.Equal(new OffsetAndTimestamp(i, 1_000 * i), await Find(reader, 1_000 * i));
        }

        Assert.Null(await Find(reader, 99_001));
    }

    [Fact]
    public async Task Timestamps_out_of_order_give_the_first_record_by_offset()
    {
        long[] timestamps = [.. Enumerable.Range(0, 100).Select(i => (i * 37L) % 100)];
        await AppendAt(timestamps);
        var reader = _world.StartNode();

        for (var wanted = 0L; wanted < 100; wanted++)
        {
            var expected = Array.FindIndex(timestamps, timestamp => timestamp >= wanted);
            Assert.Equal(new OffsetAndTimestamp(expected, timestamps[expected]), await Find(reader, wanted));
        }
    }

    [Fact]
    public async Task An_empty_partition_has_no_record_at_any_instant() =>
        Assert.Null(await Find(_world.StartNode(), 0));

    [Fact]
    public async Task A_partition_that_does_not_exist_is_not_an_empty_one() =>
        Assert.Null(await _world.Run(() =>
            _world.StartNode().FindOffsetAsync(_topic, _topic.PartitionCount, 0, CancellationToken.None)));

    [Fact]
    public async Task The_ends_come_with_what_was_found()
    {
        await AppendAt([1_000, 2_000]);

        var found = await _world.Run(() => _world.StartNode().FindOffsetAsync(_topic, 0, 3_000, CancellationToken.None));

        Assert.Equal(new TimestampLookup(Record: null, new PartitionOffsets(0, 2)), found);
    }

    private async Task AppendAt(long[] timestamps)
    {
        var writer = _world.StartNode();
        foreach (var timestamp in timestamps)
        {
            var batch = LogWorld.BatchAt(timestamp, new string('x', 1_000));
            await _world.Run(() => writer.AppendAsync(_topic, 0, batch, CancellationToken.None));
        }
    }

    private async Task<OffsetAndTimestamp?> Find(EventLog node, long timestamp) =>
        Assert.NotNull(await _world.Run(() => node.FindOffsetAsync(_topic, 0, timestamp, CancellationToken.None)))
            .Record;
}
