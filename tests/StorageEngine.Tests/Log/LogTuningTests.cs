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
    public void A_number_outside_its_bounds_is_a_bug_of_who_set_it() =>
        Assert.Throws<InvariantViolatedException>(
            () => _world.StartNode(new EventLogSettings { Tuning = Tiny with { ReadBytes = 1 } }));
}
