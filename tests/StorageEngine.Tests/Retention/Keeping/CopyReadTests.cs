using Serverless.StorageEngine.Compression;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Records;

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
        var topic = await _world.Create(
            keeper,
            settings:
            [
                ("retention.ms", "-1"), ("local.retention.ms", "0"), ("segment.bytes", "16384"),
                ("file.delete.delay.ms", "0"),
            ]);
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
}
