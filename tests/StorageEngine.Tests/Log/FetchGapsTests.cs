using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Tests.Records;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.Log;

/// <summary>Fetches from a log in which a batch stands for more offsets than it has records.</summary>
public sealed class FetchGapsTests : IDisposable
{
    private readonly LogWorld _world = new();
    private readonly Topic _topic = LogWorld.TopicOf();

    public void Dispose() => _world.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(9)]
    public async Task A_fetch_from_a_gap_goes_on_behind_the_batch_that_has_it(long offset)
    {
        var node = await StartWithGapAsync();

        var outcome = await _world.Run(() => node.FetchAsync(_topic, 0, offset, 1, CancellationToken.None));

        var fetched = Assert.IsType<FetchOutcome.Fetched>(outcome);
        Assert.Equal((0, 10), (Assert.Single(fetched.Batches).BaseOffset, fetched.NextOffset));
    }

    [Fact]
    public async Task A_search_by_time_finds_the_offset_that_the_record_has()
    {
        var node = await StartWithGapAsync();

        var found = await _world.Run(() => node.FindOffsetAsync(_topic, 0, 1_000, CancellationToken.None));

        Assert.Equal(new OffsetAndTimestamp(2, 1_000), found!.Value.Record);
        Assert.Equal(new PartitionOffsets(0, 12), found.Value.Ends);
    }

    private async Task<EventLog> StartWithGapAsync()
    {
        var node = _world.StartNode();
        await _world.Send(node, _topic, GappedBatch.Of(9, (2, "c"), (5, "f")));
        await _world.Append(node, _topic, "k", "l");
        return node;
    }
}
