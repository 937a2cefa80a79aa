using System.Text;
using Serverless.StorageEngine.Compression;
using Serverless.StorageEngine.Records;

namespace Serverless.StorageEngine.Tests.Records;

public sealed class RecordGapsTests
{
    [Fact]
    public void A_batch_stands_for_all_offsets_up_to_its_last_offset_delta()
    {
        var batch = GappedBatch.Of(9, (2, "c"), (5, "f"));
        batch.Assign(100, 1);

        Assert.Equal((100, 109, 110), (batch.BaseOffset, batch.LastOffset, batch.NextOffset));
        Assert.Equal((2, true), (batch.RecordCount, batch.HasGaps));
    }

    [Fact]
    public void The_records_that_are_left_keep_their_offsets()
    {
        var batch = GappedBatch.Of(9, (2, "c"), (5, "f"), (9, "j"));
        batch.Assign(100, 1);

        Assert.Equal(
            [(102, "c"), (105, "f"), (109, "j")],
            RecordBatchReader.ReadRecords(batch, new Codecs())
                .Select(static record => (record.Offset, Encoding.UTF8.GetString(record.Value!.Value.Span))));
    }

    [Theory]
    [InlineData(9, 2, 2, "Record 1 of 2 has the offset delta 2 where 3 to 9 are possible.")]
    [InlineData(9, 2, 1, "Record 1 of 2 has the offset delta 1 where 3 to 9 are possible.")]
    [InlineData(9, 2, 10, "Record 1 of 2 has the offset delta 10 where 3 to 9 are possible.")]
    [InlineData(9, 9, 10, "Record 0 of 2 has the offset delta 9 where 0 to 8 are possible.")]
    [InlineData(9, -1, 2, "Record 0 of 2 has the offset delta -1 where 0 to 8 are possible.")]
    [InlineData(0, 0, 1, "The last offset delta is 0 where 2 records need at least 1.")]
    public void Offsets_that_do_not_increase_inside_the_batch_are_refused(
        int last, int first, int second, string message)
    {
        var batch = GappedBatch.Of(last, (first, "a"), (second, "b"));

        var thrown = Assert.Throws<InvalidDataException>(() => RecordBatchReader.ReadRecords(batch, new Codecs()));

        Assert.Equal(message, thrown.Message);
    }

    [Fact]
    public void What_a_producer_sends_has_no_gaps()
    {
        Assert.Null(RecordBatchCheck.Check(
            GappedBatch.Of(9, (0, "a"), (1, "b")).Bytes.ToArray(), 1_000, out var trailing));
        Assert.Null(RecordBatchCheck.Check(
            GappedBatch.Of(1, (0, "a"), (2, "b")).Bytes.ToArray(), 1_000, out var inner));

        Assert.Contains("last offset delta is 9", trailing!.Detail, StringComparison.Ordinal);
        Assert.Contains("offset delta 2, not 1", inner!.Detail, StringComparison.Ordinal);
    }
}
