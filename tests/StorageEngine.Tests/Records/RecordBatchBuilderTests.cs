using System.Runtime.InteropServices;
using System.Text;
using Serverless.StorageEngine.Diagnostics;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Tests.Documents;

namespace Serverless.StorageEngine.Tests.Records;

public sealed class RecordBatchBuilderTests
{
    private static readonly RecordHeader[] GoldenHeaders = [new("h", new byte[] { 0xFF }), new("n", null)];

    [Fact]
    public void A_batch_has_the_bytes_that_Kafka_would_write()
    {
        var builder = new RecordBatchBuilder();
        builder.SetProducer(4001, 3, 7);
        builder.Append(GoldenBatch.Timestamp, "k"u8.ToArray(), "v1"u8.ToArray(), GoldenHeaders);
        builder.Append(GoldenBatch.Timestamp + 10, null, Array.Empty<byte>(), []);

        var batch = builder.Build();

        Assert.Equal(Convert.ToHexString(GoldenBatch.Bytes), Convert.ToHexString(batch.Bytes.Span));
    }

    [Fact]
    public void The_bytes_of_that_batch_are_those_that_FORMAT_md_shows() =>
        Assert.Equal(
            Convert.ToHexString(FormatDocument.Bytes("Example: a record batch")), Convert.ToHexString(GoldenBatch.Bytes));

    [Fact]
    public void Parts_outside_of_the_heap_give_the_same_bytes()
    {
        var builder = new RecordBatchBuilder();
        builder.SetProducer(4001, 3, 7);
        builder.Append(GoldenBatch.Timestamp, "k"u8, hasKey: true, "v1"u8, hasValue: true, GoldenHeaders);
        builder.Append(GoldenBatch.Timestamp + 10, "ignored"u8, hasKey: false, [], hasValue: true, []);

        var batch = builder.Build();

        Assert.Equal(Convert.ToHexString(GoldenBatch.Bytes), Convert.ToHexString(batch.Bytes.Span));
    }

    [Fact]
    public void A_batch_without_an_idempotent_producer_says_minus_one()
    {
        var batch = OneRecord(new RecordBatchBuilder()).Build();

        Assert.Equal((-1L, (short)-1, -1), (batch.ProducerId, batch.ProducerEpoch, batch.BaseSequence));
        Assert.Equal((0L, -1), (batch.BaseOffset, batch.LeaderEpoch));
    }

    [Fact]
    public void The_base_timestamp_is_the_first_and_the_largest_is_the_largest()
    {
        var builder = new RecordBatchBuilder();
        foreach (var timestamp in (long[])[50, 70, 0, 60])
        {
            builder.Append(timestamp, null, null, []);
        }

        var batch = builder.Build();

        Assert.Equal((50, 70), (batch.BaseTimestamp, batch.MaxTimestamp));
    }

    [Fact]
    public void After_a_batch_the_builder_starts_with_nothing_of_it()
    {
        var builder = new RecordBatchBuilder();
        builder.SetProducer(4001, 3, 7);
        var first = OneRecord(builder).Build();
        var firstBytes = first.Bytes.ToArray();

        var second = OneRecord(builder).Build();

        Assert.Equal(Convert.ToHexString(firstBytes), Convert.ToHexString(first.Bytes.Span));
        Assert.Equal((-1, 1, first.Length), (second.ProducerId, second.RecordCount, second.Length));
    }

    [Theory]
    [InlineData(16 * 1024, 1)]
    [InlineData(16 * 1024, 11 * 1024)]
    [InlineData(16 * 1024, 13 * 1024)]
    [InlineData(16 * 1024, 17 * 1024)]
    [InlineData(0, 300)]
    public void A_batch_holds_at_most_a_third_more_memory_than_its_length(int capacity, int valueBytes)
    {
        var builder = new RecordBatchBuilder(capacity);
        builder.Append(0, null, new byte[valueBytes / 2], []);
        builder.Append(0, null, new byte[valueBytes / 2], []);

        var batch = builder.Build();

        Assert.True(MemoryMarshal.TryGetArray(batch.Bytes, out var held));
        Assert.InRange(held.Array!.Length, batch.Length, batch.Length * 4 / 3);
    }

    [Fact]
    public void A_batch_of_a_builder_that_keeps_its_array_does_not_change_with_the_next_one()
    {
        var builder = new RecordBatchBuilder(capacity: 1024);
        builder.Append(0, null, "first"u8.ToArray(), []);
        var first = builder.Build();
        var firstBytes = first.Bytes.ToArray();

        builder.Append(1, null, "other"u8.ToArray(), []);
        _ = builder.Build();

        Assert.Equal(Convert.ToHexString(firstBytes), Convert.ToHexString(first.Bytes.Span));
    }

    [Fact]
    public void An_empty_builder_has_the_length_of_a_header()
    {
        var builder = new RecordBatchBuilder();

        Assert.Equal((0, 61), (builder.RecordCount, builder.Length));
        Assert.Throws<InvariantViolatedException>(builder.Build);
    }

    [Fact]
    public void The_length_after_a_record_is_known_before_it_is_added()
    {
        var builder = new RecordBatchBuilder(capacity: 0);
        for (var i = 0; i < 300; i++)
        {
            var value = Encoding.UTF8.GetBytes(new string('é', i));
            var expected = builder.LengthAfter(i * 1000L, null, value, GoldenHeaders);

            builder.Append(i * 1000L, null, value, GoldenHeaders);

            Assert.Equal(expected, builder.Length);
        }

        Assert.Equal(builder.Length, builder.Build().Length);
    }

    [Fact]
    public void A_negative_timestamp_is_a_bug_of_the_caller() =>
        Assert.Throws<InvariantViolatedException>(static () => new RecordBatchBuilder().Append(-1, null, null, []));

    private static RecordBatchBuilder OneRecord(RecordBatchBuilder builder)
    {
        builder.Append(GoldenBatch.Timestamp, "k"u8, hasKey: true, "v"u8, hasValue: true, []);
        return builder;
    }
}
