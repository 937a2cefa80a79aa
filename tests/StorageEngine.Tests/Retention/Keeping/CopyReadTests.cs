using Serverless.StorageEngine.Compression;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.Retention.Keeping;

/// <summary>Reads that begin in a segment and go on in the copy that took its place.</summary>
public sealed class CopyReadTests : IDisposable
{
    private readonly KeeperWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task A_fetch_that_goes_on_in_a_copy_answers_no_record_twice()
    {
        var (keeper, reader) = (_world.StartNode(), _world.StartNode());
        var topic = await CreateAsync(keeper);
        await _world.Append(keeper, topic, 3);
        await _world.ReadOffsets(reader, topic);
        await _world.Append(keeper, topic, 17);
        _world.Pass(TimeSpan.FromSeconds(1));
        await _world.Keep(keeper);
        await _world.ReadOffsets(reader, topic);

        // The node still has the first blocks as they were written, and the copy is one batch.
        var outcome = await _world.Run(() => reader.Log.FetchAsync(topic, 0, 1, 1_000_000, CancellationToken.None));

        var fetched = Assert.IsType<FetchOutcome.Fetched>(outcome);
        var offsets = fetched.Batches
            .SelectMany(static batch => RecordBatchReader.ReadRecords(batch, new Codecs()))
            .Select(static record => record.Offset)
            .ToArray();
        Assert.Equal(offsets.Distinct().Order(), offsets);
    }

    [Fact]
    public async Task A_batch_of_a_copy_that_reaches_behind_the_known_end_takes_the_end_and_the_next_offset_with_it()
    {
        var keeper = _world.StartNode();
        var reader = _world.StartLog(new EventLogSettings { CacheBytesMax = 1 });
        var topic = await CreateAsync(keeper);
        await _world.Append(keeper, topic, 3);
        await _world.Run(() => reader.FetchAsync(topic, 0, 0, 1_000_000, CancellationToken.None));
        await _world.Append(keeper, topic, 17);
        _world.Pass(TimeSpan.FromSeconds(1));
        await _world.Keep(keeper);

        var outcome = await _world.Run(() => reader.FetchAsync(topic, 0, 1, 1_000_000, CancellationToken.None));

        var fetched = Assert.IsType<FetchOutcome.Fetched>(outcome);
        Assert.True(fetched.Batches[^1].NextOffset > 3, "The copy is one batch.");
        Assert.Equal(fetched.Batches[^1].NextOffset, fetched.NextOffset);
        Assert.InRange(fetched.HighWatermark, fetched.NextOffset, 20);
    }

    private Task<Topic> CreateAsync(KeeperNode keeper) => _world.Create(
        keeper,
        settings:
        [
            ("retention.ms", "-1"), ("local.retention.ms", "0"), ("segment.bytes", "16384"),
            ("file.delete.delay.ms", "0"),
        ]);
}
