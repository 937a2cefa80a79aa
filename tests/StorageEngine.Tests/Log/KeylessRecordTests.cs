using System.Text;
using CsCheck;
using Serverless.StorageEngine.Compression;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Tests.Records;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.Log;

public sealed class KeylessRecordTests : IDisposable
{
    private const string Reason =
        "Compacted topic cannot accept message without key in topic partition orders-0.";

    private static readonly Codecs Codecs = new();

    private readonly LogWorld _world = new();
    private readonly Topic _compacted = LogWorld.TopicOf(1, ("cleanup.policy", "compact"));

    public void Dispose() => _world.Dispose();

    [Theory]
    [InlineData(CompressionType.None)]
    [InlineData(CompressionType.Gzip)]
    [InlineData(CompressionType.Zstd)]
    public async Task A_batch_with_a_record_without_a_key_is_refused_and_nothing_of_it_is_stored(CompressionType type)
    {
        var node = _world.StartNode();

        var built = await _world.Send(node, _compacted, BatchOf("a", null, "b").Build(type, Codecs));
        var received = await _world.Send(node, _compacted, Unread(BatchOf(null, "a").Build(type, Codecs)));

        Assert.Equal(new AppendOutcome.InvalidRecord(1, Reason), built);
        Assert.Equal(new AppendOutcome.InvalidRecord(0, Reason), received);
        Assert.IsType<AppendOutcome.Appended>(await _world.Send(node, _compacted, BatchOf("a", "").Build()));
        Assert.Equal(2, (await _world.ReadAll(node, _compacted)).Length);
    }

    [Fact]
    public async Task A_topic_that_compacts_and_deletes_refuses_it_too()
    {
        var topic = LogWorld.TopicOf(1, ("cleanup.policy", "compact,delete"));

        Assert.IsType<AppendOutcome.InvalidRecord>(
            await _world.Send(_world.StartNode(), topic, BatchOf(new string?[] { null }).Build()));
    }

    [Fact]
    public async Task A_topic_that_only_deletes_takes_it() =>
        Assert.IsType<AppendOutcome.Appended>(
            await _world.Send(_world.StartNode(), LogWorld.TopicOf(), BatchOf(new string?[] { null }).Build()));

    [Fact]
    public async Task A_batch_whose_records_cannot_be_read_is_refused_on_a_compacted_topic()
    {
        var bytes = BatchOf("a").Build(CompressionType.Gzip, Codecs).Bytes.ToArray();
        bytes.AsSpan(RecordBatch.HeaderBytes).Fill(7);

        var outcome = await _world.Send(_world.StartNode(), _compacted, new RecordBatch(bytes));

        var refused = Assert.IsType<AppendOutcome.InvalidRecord>(outcome);
        Assert.Null(refused.Index);
        Assert.StartsWith("The records cannot be read: ", refused.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Whoever_builds_checks_or_cuts_a_batch_knows_its_first_record_without_a_key() =>
        Gen.Select(GenRecords.Some, GenRecords.Compression, Gen.Int[0, 1000]).Sample(
            static (given, type, place) =>
            {
                var built = GenRecords.Builder(given).Build(type, Codecs);
                var check = RecordBatchCheck.Check(built.Bytes.ToArray(), int.MaxValue, out _)!;
                Assert.Null(RecordBatchCheck.CheckRecords(check, Codecs));
                RecordBatch[] batches = [built, check];
                if (given.Length > 1)
                {
                    var (first, second) = RecordBatchSplit.Split(built, 1 + (place % (given.Length - 1)), Codecs);
                    batches = [.. batches, first, second];
                }

                Assert.All(batches, static batch =>
                {
                    Assert.NotNull(batch.FirstKeyless);
                    Assert.Equal(RecordBatchReader.FindKeyless(Unread(batch), Codecs), batch.FirstKeyless);
                });
                var expected = Array.FindIndex(given, static record => record.Key is null);
                Assert.Equal(expected, RecordBatchReader.FindKeyless(built, Codecs));
            },
            iter: 200);

    [Fact]
    public void A_builder_knows_it_of_each_batch_anew()
    {
        var builder = BatchOf("a", null);

        Assert.Equal(1, builder.Build().FirstKeyless);
        builder.Append(0, "a"u8.ToArray(), null, []);
        Assert.Equal(-1, builder.Build().FirstKeyless);
    }

    private static RecordBatch Unread(RecordBatch batch) => new(batch.Bytes.ToArray());

    private static RecordBatchBuilder BatchOf(params string?[] keys)
    {
        var builder = new RecordBatchBuilder();
        foreach (var key in keys)
        {
            ReadOnlyMemory<byte>? bytes = key is null ? default(ReadOnlyMemory<byte>?) : Encoding.UTF8.GetBytes(key);
            builder.Append(1_000, bytes, "v"u8.ToArray(), []);
        }

        return builder;
    }
}
