using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Simulation;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.Log;

public sealed class SegmentTests : IDisposable
{
    // 13 blocks of 1,000 bytes and their surroundings are more than 16 KiB, 12 are less.
    private const int BlocksPerSegment = 13;

    private readonly LogWorld _world = new();
    private readonly Topic _topic = LogWorld.TopicOf(1, ("segment.bytes", "16384"));

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task A_full_segment_is_sealed_and_its_successor_goes_on_with_the_next_offset()
    {
        var node = _world.StartNode();

        await AppendKilobytes(node, 60);

        Assert.Equal(Numbers(60), await _world.ReadAll(node, _topic));
        Assert.True(await SegmentCount() > 2);
    }

    [Fact]
    public async Task A_node_that_never_saw_the_old_segments_finds_their_records_by_row_and_index()
    {
        await AppendKilobytes(_world.StartNode(), 60);

        var reader = _world.StartNode();

        Assert.Equal(Numbers(60), await _world.ReadAll(reader, _topic));
        Assert.Equal(Numbers(60)[31..], await _world.ReadAll(reader, _topic, offset: 31));
    }

    [Fact]
    public async Task A_reader_that_follows_walks_through_every_seal()
    {
        var (writer, reader) = (_world.StartNode(), _world.StartNode());
        await AppendKilobytes(writer, 1);
        await _world.ReadAll(reader, _topic);

        await AppendKilobytes(writer, 59, from: 1);

        Assert.Equal(Numbers(60), await _world.ReadAll(reader, _topic));
    }

    [Fact]
    public async Task A_first_segment_whose_creation_is_not_answered_is_not_created_twice()
    {
        var lost = 0;
        _world.Segments.Interception.After = call => call.Operation == StorageOperation.CreateSegment && lost++ < 3
            ? throw new StorageOutcomeUnknownException("connection reset")
            : ValueTask.CompletedTask;

        await AppendKilobytes(_world.StartNode(), 1);

        Assert.Equal(4, lost);
        Assert.Equal(1, await SegmentCount());
    }

    [Fact]
    public async Task A_crash_before_the_seal_leaves_an_empty_segment_that_harms_nobody()
    {
        var node = _world.StartNode();
        await AppendKilobytes(node, BlocksPerSegment);
        _world.Segments.Interception.After = call => call.Operation == StorageOperation.CreateSegment
            ? throw new StorageOutcomeUnknownException("killed")
            : ValueTask.CompletedTask;
        await Assert.ThrowsAsync<StorageUnavailableException>(() => AppendKilobytes(node, 1, from: BlocksPerSegment));
        _world.Segments.Interception.After = null;

        await AppendKilobytes(_world.StartNode(), 10, from: BlocksPerSegment);

        Assert.Equal(Numbers(BlocksPerSegment + 10), await _world.ReadAll(_world.StartNode(), _topic));
    }

    [Fact]
    public async Task A_crash_between_seal_and_rows_is_completed_by_the_next_writer()
    {
        var node = _world.StartNode();
        await AppendKilobytes(node, BlocksPerSegment);
        _world.Tables.Interception.Before = call => call.Operation == StorageOperation.ExecuteTransaction
            ? throw new StorageUnavailableException("killed")
            : ValueTask.CompletedTask;
        await AppendKilobytes(node, 1, from: BlocksPerSegment);
        _world.Tables.Interception.Before = null;

        await AppendKilobytes(_world.StartNode(), 3, from: BlocksPerSegment + 1);

        Assert.Equal(Numbers(BlocksPerSegment + 4), await _world.ReadAll(_world.StartNode(), _topic));
    }

    [Fact]
    public async Task A_segment_is_sealed_when_its_first_block_is_as_old_as_segment_ms()
    {
        var topic = LogWorld.TopicOf(1, ("segment.ms", "60000"));
        var node = _world.StartNode();
        await _world.Append(node, topic, "a");
        _world.Time.Advance(TimeSpan.FromMinutes(1));

        await _world.Append(node, topic, "b");

        Assert.Equal(2, await SegmentCount());
        Assert.Equal(["a", "b"], await _world.ReadAll(_world.StartNode(), topic));
    }

    [Fact]
    public async Task A_leader_that_slept_while_others_filled_and_sealed_its_segment_goes_on_behind_the_seal()
    {
        using var world = new LogWorld { Segments = new SimulatedSegmentStore { BlocksMax = 3 } };
        var settings = new EventLogSettings { Tuning = LogTuning.Default with { SegmentBlocksMax = 2 } };
        var (sleeper, other) = (world.StartNode(settings), world.StartNode(settings));
        await world.Append(sleeper, _topic, "a");
        await world.Append(other, _topic, "b");
        await world.Append(other, _topic, "c");

        Assert.Equal(3, await world.Append(sleeper, _topic, "d"));

        Assert.Equal(["a", "b", "c", "d"], await world.ReadAll(other, _topic));
    }

    [Fact]
    public async Task Rolling_pays_one_creation_and_one_more_append()
    {
        var node = _world.StartNode();
        await AppendKilobytes(node, BlocksPerSegment);
        _world.Segments.Operations.Reset();

        await AppendKilobytes(node, 1, from: BlocksPerSegment);

        Assert.Equal(1, _world.Segments.Operations.Count(StorageOperation.CreateSegment));
        Assert.Equal(2, _world.Segments.Operations.Appends);
    }

    private async Task AppendKilobytes(EventLog node, int count, int from = 0)
    {
        for (var number = from; number < from + count; number++)
        {
            await _world.Append(node, _topic, Number(number));
        }
    }

    private async Task<int> SegmentCount()
    {
        var count = 0;
        await foreach (var _ in _world.Segments.ListAsync("", TestContext.Current.CancellationToken))
        {
            count++;
        }

        return count;
    }

    private static string[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(Number)];

    private static string Number(int number) => $"{number:D4}".PadRight(1_000, '.');
}
