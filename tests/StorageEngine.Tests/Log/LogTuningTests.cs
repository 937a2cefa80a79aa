using Serverless.StorageEngine.Diagnostics;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Log.Blocks;
using Serverless.StorageEngine.Simulation;

namespace Serverless.StorageEngine.Tests.Log;

public sealed class LogTuningTests : IDisposable
{
    private static readonly LogTuning Tiny = new()
    {
        SegmentBlocksMax = 3,
        CheckpointBlocks = 2,
        ReadBytes = BlockFormat.HeaderBytes,
        TailReadBytes = BlockFormat.HeaderBytes,
        OpeningReadBytes = BlockFormat.HeaderBytes,
        UnregisteredMax = 1,
        RowsCachedMax = 1,
    };

    private readonly LogWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task The_smallest_numbers_lead_through_every_path_and_lose_nothing()
    {
        var topic = LogWorld.TopicOf();
        var settings = new EventLogSettings { CacheBytesMax = 1, Tuning = Tiny };
        var (first, second) = (_world.StartNode(settings), _world.StartNode(settings));
        var expected = Enumerable.Range(0, 40).Select(number => $"{number}").ToArray();

        foreach (var value in expected)
        {
            await _world.Append(int.Parse(value) % 5 == 0 ? first : second, topic, value);
        }

        Assert.True(_world.Segments.Operations.Count(StorageOperation.CreateSegment) > 10);
        Assert.Equal(expected, await _world.ReadAll(first, topic));
        Assert.Equal(expected, await _world.ReadAll(_world.StartNode(settings), topic));
        Assert.Equal(expected, await _world.ReadAll(_world.StartNode(), topic));
    }

    [Fact]
    public async Task A_log_that_finds_no_memory_for_its_opening_opens_in_small_reads()
    {
        var topic = LogWorld.TopicOf(partitions: 2);
        var first = _world.StartNode();
        for (var partition = 0; partition < 2; partition++)
        {
            var batch = LogWorld.BatchOf(new string('x', 100_000));
            var target = partition;
            await _world.Run(() => first.AppendAsync(topic, target, batch, CancellationToken.None));
        }

        var node = _world.StartNode(new EventLogSettings { Tuning = new LogTuning { OpeningReadBytesTotalMax = 1 } });
        var before = _world.Segments.Operations.Count(StorageOperation.ReadSegment);
        _world.Segments.Interception.Before = static async _ => await Task.Yield();
        var opened = Enumerable.Range(0, 2).Select(partition =>
            _world.Start(() => node.GetOffsetsAsync(topic, partition, CancellationToken.None))).ToArray();

        await _world.Finish(Task.WhenAll(opened));

        Assert.Equal(1 + 2, _world.Segments.Operations.Count(StorageOperation.ReadSegment) - before);
    }

    [Fact]
    public void A_number_outside_its_bounds_is_a_bug_of_who_set_it() =>
        Assert.Throws<InvariantViolatedException>(
            () => _world.StartNode(new EventLogSettings { Tuning = Tiny with { ReadBytes = 1 } }));
}
