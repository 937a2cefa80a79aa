using CsCheck;
using Serverless.StorageEngine.Compression;
using Serverless.StorageEngine.Records;
using Record = Serverless.StorageEngine.Records.Record;

namespace Serverless.StorageEngine.Tests.Records;

public sealed class RecordBatchProperties
{
    private static readonly Codecs Codecs = new();

    [Fact]
    public void What_is_built_passes_the_check_and_is_read_back_as_it_was_given() =>
        Gen.Select(GenRecords.Some, GenRecords.Compression, Gen.Long[0, 1L << 60]).Sample(
            static (given, type, baseOffset) =>
            {
                var built = GenRecords.Builder(given).Build(type, Codecs);
                var bytes = built.Bytes.ToArray();

                var batch = RecordBatchCheck.Check(bytes, bytes.Length, out var problem);
                Assert.Null(problem);
                Assert.NotNull(batch);
                Assert.Null(RecordBatchCheck.CheckRecords(batch, Codecs));
                Assert.Equal(Convert.ToHexString(built.Bytes.Span), Convert.ToHexString(batch.Bytes.Span));
                Assert.Equal(given.Max(static record => record.Timestamp), batch.MaxTimestamp);

                batch.Assign(baseOffset, 5);
                AssertSame(given, RecordBatchReader.ReadRecords(batch, Codecs), baseOffset);
            },
            iter: 200);

    [Fact]
    public void A_batch_may_have_many_records()
    {
        var given = Enumerable.Range(0, 20_000).Select(static i =>
            new Record(0, i * 1000L, BitConverter.GetBytes(i), new byte[i % 50], []));

        var batch = GenRecords.Builder([.. given]).Build();

        Assert.NotNull(RecordBatchCheck.Check(batch.Bytes.ToArray(), batch.Length, out _));
        AssertSame([.. given], RecordBatchReader.ReadRecords(batch, Codecs), 0);
    }

    [Fact]
    public void A_batch_that_is_cut_off_anywhere_is_refused() =>
        Gen.Select(GenRecords.Some, GenRecords.Compression).Sample(
            static (given, type) =>
            {
                var bytes = GenRecords.Builder(given).Build(type, Codecs).Bytes.ToArray();
                for (var length = 0; length < bytes.Length; length++)
                {
                    Assert.Null(RecordBatchCheck.Check(bytes.AsMemory(0, length), int.MaxValue, out var problem));
                    Assert.Equal(RecordBatchProblemCode.InvalidRecord, problem?.Code);
                }
            },
            iter: 4);

    [Fact]
    public void A_batch_that_is_cut_off_with_a_fitting_length_and_checksum_is_refused() =>
        GenRecords.Some.Sample(
            static given =>
            {
                var bytes = GenRecords.Builder(given).Build().Bytes.ToArray();
                for (var length = RecordBatch.HeaderBytes; length < bytes.Length; length++)
                {
                    var cut = GoldenBatch.Sealed(bytes[..length]);
                    Assert.Null(RecordBatchCheck.Check(cut, int.MaxValue, out var problem));
                    Assert.Equal(RecordBatchProblemCode.InvalidRecord, problem?.Code);
                }
            },
            iter: 4);

    [Fact]
    public void A_flipped_bit_behind_the_checksum_is_found_by_it() =>
        Gen.Select(GenRecords.Some, GenRecords.Compression, Gen.Double.Unit, Gen.Int[0, 7]).Sample(
            static (given, type, share, bit) =>
            {
                var bytes = GenRecords.Builder(given).Build(type, Codecs).Bytes.ToArray();
                bytes[17 + (int)(share * (bytes.Length - 17))] ^= (byte)(1 << bit);

                Assert.Null(RecordBatchCheck.Check(bytes, int.MaxValue, out var problem));
                Assert.Equal(RecordBatchProblemCode.CorruptMessage, problem?.Code);
            },
            iter: 200);

    [Fact]
    public void Damaged_bytes_with_a_fitting_checksum_are_refused_or_read_and_never_fail_otherwise() =>
        Gen.Select(
            GenRecords.Some,
            GenRecords.Compression,
            Gen.Select(Gen.Double.Unit, Gen.Byte).Array[1, 4]).Sample(
            static (given, type, damage) =>
            {
                var bytes = GenRecords.Builder(given).Build(type, Codecs).Bytes.ToArray();
                foreach (var (share, value) in damage)
                {
                    bytes[21 + (int)(share * (bytes.Length - 21))] = value;
                }

                GoldenBatch.Sealed(bytes);
                var stored = new RecordBatch(bytes.ToArray());
                var accepted = RecordBatchCheck.Check(bytes, int.MaxValue, out var problem);
                Assert.NotEqual(accepted is null, problem is null);

                var checkedToTheEnd = accepted is not null && RecordBatchCheck.CheckRecords(accepted, Codecs) is null;
                var isRead = IsRead(stored);
                Assert.True(isRead || !checkedToTheEnd, "What passes the whole check can be read.");
            },
            iter: 1000);

    [Fact]
    public void Noise_as_records_is_refused_or_read_and_never_fails_otherwise() =>
        Gen.Byte[0, 20].Array[0, 60].Sample(
            static noise =>
            {
                var bytes = GoldenBatch.WithRecords(Convert.ToHexString(noise));
                var accepted = RecordBatchCheck.Check(bytes, int.MaxValue, out _);
                Assert.Equal(accepted is not null, IsRead(new RecordBatch(bytes)));
            },
            iter: 5000);

    private static bool IsRead(RecordBatch batch)
    {
        try
        {
            foreach (var record in RecordBatchReader.ReadRecords(batch, Codecs))
            {
                Assert.All(record.Headers, static header => Assert.NotNull(header.Name));
            }

            return true;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    private static void AssertSame(Record[] given, IReadOnlyList<Record> read, long baseOffset)
    {
        Assert.Equal(given.Length, read.Count);
        for (var i = 0; i < given.Length; i++)
        {
            Assert.Equal(baseOffset + i, read[i].Offset);
            Assert.Equal(given[i].Timestamp, read[i].Timestamp);
            Assert.Equal(Hex(given[i].Key), Hex(read[i].Key));
            Assert.Equal(Hex(given[i].Value), Hex(read[i].Value));
            Assert.Equal(given[i].Headers.Select(NameAndHex), read[i].Headers.Select(NameAndHex));
        }
    }

    private static (string, string?) NameAndHex(RecordHeader header) => (header.Name, Hex(header.Value));

    private static string? Hex(ReadOnlyMemory<byte>? bytes) =>
        bytes is { } some ? Convert.ToHexString(some.Span) : null;
}
