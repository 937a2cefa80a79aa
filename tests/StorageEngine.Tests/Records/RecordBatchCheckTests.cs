using System.Buffers.Binary;
using Serverless.StorageEngine.Records;

namespace Serverless.StorageEngine.Tests.Records;

public sealed class RecordBatchCheckTests
{
    private const string Least = "0C000000010100"; // The least record: no key, no value, no headers.

    [Fact]
    public void A_batch_of_Kafka_is_taken_as_it_is()
    {
        var bytes = GoldenBatch.Bytes;

        var batch = RecordBatchCheck.Check(bytes, bytes.Length, out var problem);

        Assert.Null(problem);
        Assert.NotNull(batch);
        Assert.Equal(Convert.ToHexString(GoldenBatch.Bytes), Convert.ToHexString(batch.Bytes.Span));
        Assert.Equal((2, 4001L, 7), (batch.RecordCount, batch.ProducerId, batch.BaseSequence));
    }

    [Fact]
    public void A_batch_that_exceeds_the_topics_limit_by_one_byte_is_too_large() =>
        Refused(
            GoldenBatch.Bytes,
            RecordBatchProblemCode.MessageTooLarge,
            "The batch has 85 bytes where the topic's max.message.bytes allows 84.",
            batchBytesMax: 84);

    [Theory]
    [InlineData(0)]
    [InlineData(60)]
    public void Fewer_bytes_than_a_header_are_no_batch(int length) =>
        Refused(
            GoldenBatch.Bytes[..length],
            RecordBatchProblemCode.InvalidRecord,
            $"A batch has at least 61 bytes, but there are {length}.");

    [Theory]
    [InlineData("00000048", 72)]
    [InlineData("0000004A", 74)]
    [InlineData("FFFFFFFF", -1)]
    [InlineData("7FFFFFFF", int.MaxValue)]
    public void The_batch_length_counts_exactly_what_follows_it(string hex, int length)
    {
        var bytes = GoldenBatch.Bytes;
        Convert.FromHexString(hex).CopyTo(bytes, 8);

        Refused(bytes, RecordBatchProblemCode.InvalidRecord, $"The batch length is {length} where 73 bytes follow it.");
    }

    [Theory]
    [InlineData("01", 1)]
    [InlineData("03", 3)]
    public void Only_magic_2_is_known(string hex, int magic) =>
        Refused(
            GoldenBatch.With(16, hex),
            RecordBatchProblemCode.InvalidRecord,
            $"The magic byte is {magic} where 2 is expected.");

    [Theory]
    [InlineData(32_767, 1, null)]
    [InlineData(1, 32_767, null)]
    [InlineData(32_768, 1, "it has 32768 headers where at most 32767 are possible")]
    [InlineData(2, 32_768, "the name of header 0 has 32768 bytes where at most 32767 are possible")]
    public void A_record_has_no_more_headers_and_no_longer_names_than_can_be_held(
        int headers, int nameBytes, string? fault)
    {
        var header = new RecordHeader(new string('n', nameBytes), null);
        var builder = new RecordBatchBuilder();
        builder.Append(1000, null, null, [.. Enumerable.Repeat(header, headers)]);
        var bytes = builder.Build().Bytes.ToArray();

        var batch = RecordBatchCheck.Check(bytes, bytes.Length, out var problem);

        Assert.Equal(fault is null, batch is not null);
        Assert.Equal(fault is null ? null : $"Record 0 of 1 breaks the format: {fault}.", problem?.Detail);
    }

    [Fact]
    public void A_checksum_that_does_not_hold_says_what_it_should_be()
    {
        var bytes = GoldenBatch.Bytes;
        bytes[20] ^= 1;

        Refused(
            bytes,
            RecordBatchProblemCode.CorruptMessage,
            "The batch states the CRC-32C a6fb96a1, but its bytes have a6fb96a0.");
    }

    [Fact]
    public void Base_offset_and_leader_epoch_lie_outside_of_the_checksum()
    {
        var bytes = GoldenBatch.Bytes;
        bytes.AsSpan(0, 8).Fill(0x11);
        bytes.AsSpan(12, 4).Fill(0x22);

        Assert.NotNull(RecordBatchCheck.Check(bytes, bytes.Length, out _));
    }

    [Theory]
    [InlineData("0005", 5)]
    [InlineData("0007", 7)]
    public void A_compression_type_that_nobody_knows_is_unsupported(string attributes, int type) =>
        Refused(
            GoldenBatch.With(21, attributes),
            RecordBatchProblemCode.UnsupportedCompressionType,
            $"The compression type is {type} where 0 to 4 are known.");

    [Theory]
    [InlineData("0020", "The batch is a control batch (attribute bit 5), which only the log itself writes.")]
    [InlineData("0030", "The batch is a control batch (attribute bit 5), which only the log itself writes.")]
    [InlineData("0010", "The batch belongs to a transaction (attribute bit 4), and no transaction is open.")]
    [InlineData("0008", "The timestamp type is LogAppendTime (attribute bit 3), which only the log itself sets.")]
    [InlineData("0040", "The attributes are 0x0040 where bits 6 to 15 must be 0.")]
    [InlineData("8000", "The attributes are 0x8000 where bits 6 to 15 must be 0.")]
    public void Attributes_that_are_not_the_producers_to_set_are_refused(string attributes, string detail) =>
        Refused(GoldenBatch.With(21, attributes), RecordBatchProblemCode.InvalidRecord, detail);

    [Theory]
    [InlineData("00000000", 0)]
    [InlineData("FFFFFFFF", -1)]
    [InlineData("00000004", 4)] // 24 bytes hold at most 3 records of 7.
    [InlineData("7FFFFFFF", int.MaxValue)]
    public void The_record_count_is_one_that_the_bytes_can_hold(string hex, int count) =>
        Refused(
            GoldenBatch.With(57, hex),
            RecordBatchProblemCode.InvalidRecord,
            $"The record count is {count} where 1 to 3 are possible.");

    [Theory]
    [InlineData("00000000", 0)]
    [InlineData("00000002", 2)]
    [InlineData("FFFFFFFF", -1)]
    public void The_last_offset_delta_is_one_less_than_the_count(string hex, int delta) =>
        Refused(
            GoldenBatch.With(23, hex),
            RecordBatchProblemCode.InvalidRecord,
            $"The last offset delta is {delta} where 2 records need 1.");

    [Theory]
    [InlineData("FFFF00000007", -1, 7)]
    [InlineData("0003FFFFFFFF", 3, -1)]
    public void A_producer_states_its_epoch_and_its_sequence(string hex, int epoch, int sequence) =>
        Refused(
            GoldenBatch.With(51, hex),
            RecordBatchProblemCode.InvalidRecord,
            $"Producer 4001 states the epoch {epoch} and the base sequence {sequence} where both must be at least 0.");

    [Fact]
    public void A_producer_id_below_none_is_refused() =>
        Refused(
            GoldenBatch.With(43, "FFFFFFFFFFFFFFFE"),
            RecordBatchProblemCode.InvalidRecord,
            "The producer id is -2 where -1 (none) or more is expected.");

    [Fact]
    public void A_negative_base_timestamp_is_refused() =>
        Refused(
            GoldenBatch.With(27, "FFFFFFFFFFFFFFFF"),
            RecordBatchProblemCode.InvalidTimestamp,
            "The base timestamp is -1 where at least 0 is expected.");

    [Fact]
    public void A_record_from_before_1970_is_refused()
    {
        var bytes = GoldenBatch.WithRecords("0C000100010100" + "0C000102010100"); // timestamp delta -1, twice
        bytes.AsSpan(27, 8).Clear();

        Refused(
            GoldenBatch.Sealed(bytes),
            RecordBatchProblemCode.InvalidTimestamp,
            $"Record 0 of 2 has the timestamp 0 + -1, outside of 0 to {long.MaxValue}.");
    }

    [Fact]
    public void A_timestamp_that_overflows_is_refused()
    {
        var bytes = GoldenBatch.WithRecords("0C000000010100" + "0C000202010100"); // timestamp deltas 0 and 1
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(27), long.MaxValue);

        Refused(
            GoldenBatch.Sealed(bytes),
            RecordBatchProblemCode.InvalidTimestamp,
            $"Record 1 of 2 has the timestamp {long.MaxValue} + 1, outside of 0 to {long.MaxValue}.");
    }

    [Theory]
    [InlineData("FFFFFFFFFFFFFFFF")]
    [InlineData("0000018BCFE5680B")]
    public void A_wrong_largest_timestamp_is_set_right_as_Kafkas_brokers_do(string hex)
    {
        var bytes = GoldenBatch.With(35, hex);

        var batch = RecordBatchCheck.Check(bytes, bytes.Length, out var problem);

        Assert.Null(problem);
        Assert.NotNull(batch);
        Assert.Equal(Convert.ToHexString(GoldenBatch.Bytes), Convert.ToHexString(batch.Bytes.Span));
    }

    [Theory]
    [InlineData("FFFFFFFFFF0F", "its length is not a varint of 32 bits")]
    [InlineData("808080808000", "its length is not a varint of 32 bits")]
    [InlineData("01", "its length is -1 where 6 to 13 are possible")]
    [InlineData("0A0000000101", "its length is 5 where 6 to 13 are possible")]
    [InlineData("1C", "its length is 14 where 6 to 13 are possible")]
    [InlineData("FEFFFFFF0F", "its length is 2147483647 where 6 to 9 are possible")]
    [InlineData("0C00FFFFFFFFFF", "its timestamp delta or its offset delta is not a varint inside it")]
    [InlineData("0C0000FFFFFFFF", "its timestamp delta or its offset delta is not a varint inside it")]
    [InlineData("0C000000030100", "its key or its value does not end inside it")] // key length -2
    [InlineData("0C000000060100", "its key or its value does not end inside it")] // key length 3 where 2 bytes are left
    [InlineData("0C000000010400", "its key or its value does not end inside it")] // value length 2 where 1 byte is left
    [InlineData("0C000000010180", "its header count is not a varint inside it")]
    [InlineData("0C000000010101", "its header count is -1 where 0 to 0 are possible")]
    [InlineData("0C000000010102", "its header count is 1 where 0 to 0 are possible")]
    [InlineData("100000000101020101", "the name or the value of header 0 does not end inside it")] // name null
    [InlineData("100000000101020003", "the name or the value of header 0 does not end inside it")] // value length -2
    [InlineData("0E00000001010000", "1 bytes of it are left over behind its parts")]
    public void A_record_that_breaks_the_format_is_refused(string hex, string fault)
    {
        var first = hex.PadRight(Least.Length, '0');
        var bytes = GoldenBatch.WithRecords(first + Least);

        Refused(bytes, RecordBatchProblemCode.InvalidRecord, $"Record 0 of 2 breaks the format: {fault}.");
    }

    [Fact]
    public void Offset_deltas_count_the_records() =>
        Refused(
            GoldenBatch.WithRecords("0C000000010100" + "0C000004010100"),
            RecordBatchProblemCode.InvalidRecord,
            "Record 1 of 2 has the offset delta 2, not 1.");

    [Fact]
    public void Nothing_is_left_over_behind_the_last_record() =>
        Refused(
            GoldenBatch.WithRecords("0C000000010100" + "0C000002010100" + "00"),
            RecordBatchProblemCode.InvalidRecord,
            "1 bytes are left over behind the 2 records.");

    [Fact]
    public void A_compressed_batch_whose_largest_timestamp_is_below_its_first_is_refused()
    {
        var bytes = GoldenBatch.With(21, "0001");
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(35), GoldenBatch.Timestamp - 1);

        Refused(
            GoldenBatch.Sealed(bytes),
            RecordBatchProblemCode.InvalidTimestamp,
            "The largest timestamp is 1699999999999 where at least the base timestamp, 1700000000000, is expected.");
    }

    [Theory]
    [InlineData("00000031", true, 61)]
    [InlineData("00000030", false, 60)]
    [InlineData("FFFFFFFF", false, 11)]
    [InlineData("7FFFFFF3", true, int.MaxValue)]
    [InlineData("7FFFFFF4", false, int.MinValue)]
    public void The_length_of_a_batch_is_read_from_its_first_twelve_bytes(string hex, bool possible, int expected)
    {
        var bytes = GoldenBatch.Bytes[..12];
        Convert.FromHexString(hex).CopyTo(bytes, 8);

        Assert.Equal(possible, RecordBatchCheck.TryReadLength(bytes, out var length));
        Assert.Equal(expected, length);
    }

    private static void Refused(
        byte[] bytes, RecordBatchProblemCode code, string detail, int batchBytesMax = int.MaxValue)
    {
        var batch = RecordBatchCheck.Check(bytes, batchBytesMax, out var problem);

        Assert.Null(batch);
        Assert.Equal(new RecordBatchProblem(code, detail), problem);
    }
}
