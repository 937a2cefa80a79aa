using System.Runtime.InteropServices;
using Serverless.StorageEngine.Compression;
using Serverless.StorageEngine.Records;

namespace Serverless.StorageEngine.Tests.Records;

public sealed class RecordBatchReaderTests
{
    private static readonly Codecs Codecs = new();

    [Fact]
    public void The_records_of_Kafkas_batch_are_read_with_their_offsets_and_times()
    {
        var batch = new RecordBatch(GoldenBatch.Bytes);
        batch.Assign(1000, 5);

        var records = RecordBatchReader.ReadRecords(batch, Codecs);

        Assert.Equal(2, records.Count);
        Assert.Equal((1000, GoldenBatch.Timestamp), (records[0].Offset, records[0].Timestamp));
        Assert.Equal("k"u8, records[0].Key!.Value.Span);
        Assert.Equal("v1"u8, records[0].Value!.Value.Span);
        Assert.Equal(["h", "n"], records[0].Headers.Select(static header => header.Name));
        Assert.Equal([0xFF], records[0].Headers[0].Value!.Value.ToArray());
        Assert.Null(records[0].Headers[1].Value);
        Assert.Equal((1001, GoldenBatch.Timestamp + 10), (records[1].Offset, records[1].Timestamp));
        Assert.Null(records[1].Key);
        Assert.Equal(0, records[1].Value!.Value.Length);
        Assert.Empty(records[1].Headers);
    }

    [Fact]
    public void Keys_and_values_are_slices_of_the_batch_and_not_copies()
    {
        var bytes = GoldenBatch.Bytes;

        var record = RecordBatchReader.ReadRecords(new RecordBatch(bytes), Codecs)[0];

        Assert.True(MemoryMarshal.TryGetArray(record.Value!.Value, out var slice));
        Assert.Same(bytes, slice.Array);
        Assert.Equal(68, slice.Offset);
    }

    [Fact]
    public void Going_through_uncompressed_records_allocates_nothing()
    {
        var batch = new RecordBatch(GoldenBatch.Bytes);
        Assert.Equal(3, BytesOfKeysAndValues(batch));
        var before = GC.GetAllocatedBytesForCurrentThread();

        var bytes = BytesOfKeysAndValues(batch);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.Equal(3, bytes);
    }

    [Fact]
    public void Under_log_append_time_every_record_has_the_time_of_the_append()
    {
        var batch = new RecordBatch(GoldenBatch.Bytes);

        batch.StampLogAppendTime(1_800_000_000_000);

        Assert.True(batch.IsLogAppendTime);
        Assert.Equal((1_800_000_000_000, GoldenBatch.Timestamp), (batch.MaxTimestamp, batch.BaseTimestamp));
        Assert.Equal(batch.ComputeCrc(), batch.Crc);
        Assert.All(
            RecordBatchReader.ReadRecords(batch, Codecs),
            static record => Assert.Equal(1_800_000_000_000, record.Timestamp));
    }

    [Fact]
    public void Offset_and_epoch_are_assigned_without_touching_the_checksum()
    {
        var batch = new RecordBatch(GoldenBatch.Bytes);

        batch.Assign(41, 9);

        Assert.Equal((41, 42, 43, 9), (batch.BaseOffset, batch.LastOffset, batch.NextOffset, batch.LeaderEpoch));
        Assert.Equal(batch.ComputeCrc(), batch.Crc);
    }

    [Fact]
    public void The_name_of_a_header_that_is_not_UTF_8_is_read_with_replacements()
    {
        var bytes = GoldenBatch.Bytes;
        bytes[72] = 0xFF; // the name of the first header

        var record = RecordBatchReader.ReadRecords(new RecordBatch(bytes), Codecs)[0];

        Assert.Equal("\uFFFD", record.Headers[0].Name);
    }

    [Theory]
    [InlineData(
        "0C00000001010014000000010100",
        "Record 1 of 2 breaks the format: its length is 10 where 6 to 6 are possible.")]
    [InlineData("0C0000000101000C000004010100", "Record 1 of 2 has the offset delta 2 where 1 to 1 are possible.")]
    [InlineData("0C0000000101000C00000201010000", "1 bytes are left over behind the 2 records.")]
    [InlineData("0C000000010100", "The record count is 2 where 7 bytes of records hold 1 to 1.")]
    public void Records_that_do_not_parse_say_why(string hex, string message)
    {
        var batch = new RecordBatch(GoldenBatch.WithRecords(hex));

        var thrown = Assert.Throws<InvalidDataException>(() => RecordBatchReader.ReadRecords(batch, Codecs));

        Assert.Equal(message, thrown.Message);
    }

    [Fact]
    public void A_count_that_the_bytes_cannot_hold_is_refused_before_it_is_allocated()
    {
        var batch = new RecordBatch(GoldenBatch.With(57, "7FFFFFFF"));

        Assert.Throws<InvalidDataException>(() => RecordBatchReader.ReadRecords(batch, Codecs));
    }

    [Fact]
    public void Compressed_records_that_are_no_records_are_found_by_the_check_that_restores_them()
    {
        var builder = new RecordBatchBuilder();
        builder.Append(5, null, null, []);
        var header = builder.Build().Bytes.Span[..RecordBatch.HeaderBytes];
        byte[] bytes = [.. header, .. Codecs.Compress(CompressionType.Zstd, "not a record"u8).Span];
        bytes[22] = (byte)CompressionType.Zstd;

        var batch = RecordBatchCheck.Check(GoldenBatch.Sealed(bytes), bytes.Length, out _);

        Assert.NotNull(batch);
        Assert.Equal(RecordBatchProblemCode.InvalidRecord, RecordBatchCheck.CheckRecords(batch, Codecs)?.Code);
    }

    [Fact]
    public void Bytes_that_do_not_decompress_are_found_by_the_check_that_restores_them()
    {
        var batch = RecordBatchCheck.Check(GoldenBatch.With(21, "0003"), 1000, out _);

        Assert.NotNull(batch);
        var problem = RecordBatchCheck.CheckRecords(batch, Codecs);
        Assert.Equal(RecordBatchProblemCode.InvalidRecord, problem?.Code);
        Assert.StartsWith("The records do not decompress as Lz4: ", problem?.Detail, StringComparison.Ordinal);
    }

    private static int BytesOfKeysAndValues(RecordBatch batch)
    {
        var bytes = 0;
        foreach (var record in RecordBatchReader.Enumerate(batch, Codecs))
        {
            bytes += record.Key?.Length ?? 0;
            bytes += record.Value?.Length ?? 0;
        }

        return bytes;
    }
}
