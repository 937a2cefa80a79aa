using CsCheck;
using Serverless.StorageEngine.Compression;
using Serverless.StorageEngine.Records;
using Record = Serverless.StorageEngine.Records.Record;

namespace Serverless.StorageEngine.Tests.Records;

public sealed class RecordBatchSplitTests
{
    private static readonly Codecs Codecs = new();

    [Fact]
    public void Both_parts_together_hold_the_records_of_the_whole_and_each_passes_the_check() =>
        Gen.Select(GenRecords.Some.Where(static some => some.Length > 1), GenRecords.Compression, Gen.Int[0, 1000]).Sample(
            static (given, type, place) =>
            {
                var count = 1 + (place % (given.Length - 1));
                var whole = GenRecords.Builder(given).Build(type, Codecs);

                var (first, second) = RecordBatchSplit.Split(whole, count, Codecs);

                AssertIs(given[..count], first, type);
                AssertIs(given[count..], second, type);
            },
            iter: 300);

    [Fact]
    public void The_sequence_goes_on_in_the_second_part_and_wraps_behind_the_largest_number()
    {
        var builder = GenRecords.Builder([Of("a"), Of("b"), Of("c")]);
        builder.SetProducer(4001, 3, int.MaxValue - 1);

        var (first, second) = RecordBatchSplit.Split(builder.Build(), 2, Codecs);

        Assert.Equal((4001L, (short)3, int.MaxValue - 1), (first.ProducerId, first.ProducerEpoch, first.BaseSequence));
        Assert.Equal((4001L, (short)3, 0), (second.ProducerId, second.ProducerEpoch, second.BaseSequence));
    }

    [Fact]
    public void A_batch_without_a_producer_is_cut_in_two_without_one()
    {
        var (first, second) = RecordBatchSplit.Split(GenRecords.Builder([Of("a"), Of("b")]).Build(), 1, Codecs);

        Assert.Equal((-1L, -1), (first.ProducerId, first.BaseSequence));
        Assert.Equal((-1L, -1), (second.ProducerId, second.BaseSequence));
    }

    [Fact]
    public void The_time_of_an_append_that_did_not_take_place_is_forgotten()
    {
        var whole = GenRecords.Builder([Of("a"), Of("b")]).Build();
        whole.Assign(70, 7);
        whole.StampLogAppendTime(9_999);

        var (first, second) = RecordBatchSplit.Split(whole, 1, Codecs);

        Assert.False(first.IsLogAppendTime || second.IsLogAppendTime);
        Assert.Equal((0L, -1, 1_000L), (second.BaseOffset, second.LeaderEpoch, second.MaxTimestamp));
    }

    [Fact]
    public void Records_that_do_not_parse_are_refused_as_the_producers_fault()
    {
        var bytes = GoldenBatch.WithRecords("200000000000");
        var whole = new RecordBatch(bytes);

        Assert.Throws<InvalidDataException>(() => RecordBatchSplit.Split(whole, 1, Codecs));
    }

    private static void AssertIs(Record[] expected, RecordBatch part, CompressionType type)
    {
        var bytes = part.Bytes.ToArray();
        var batch = RecordBatchCheck.Check(bytes, bytes.Length, out var problem);
        Assert.Null(problem);
        Assert.Equal(type, batch!.Compression);
        Assert.Null(RecordBatchCheck.CheckRecords(batch, Codecs));
        Assert.Equal(Convert.ToHexString(part.Bytes.Span), Convert.ToHexString(batch.Bytes.Span));
        var found = RecordBatchReader.ReadRecords(batch, Codecs);
        Assert.Equal(expected.Select(Text), found.Select(Text));
    }

    private static string Text(Record record) => string.Join(
        '|',
        [
            $"{record.Timestamp}",
            Hex(record.Key),
            Hex(record.Value),
            .. record.Headers.Select(static header => $"{header.Name}={Hex(header.Value)}"),
        ]);

    private static string Hex(ReadOnlyMemory<byte>? bytes) =>
        bytes is { } some ? Convert.ToHexString(some.Span) : "null";

    private static Record Of(string value) => new(0, 1_000, null, System.Text.Encoding.UTF8.GetBytes(value), []);
}
