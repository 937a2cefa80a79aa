using Serverless.StorageEngine.Log.Rows;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Tests.Log;

namespace Serverless.StorageEngine.Tests.Retention.Copies;

public sealed class SegmentScanTests
{
    private const int RecordBytes = 1_024;

    private readonly SealedLog _log = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task No_byte_is_read_twice_and_every_read_but_the_last_is_a_large_one(bool copied)
    {
        var row = await FillAsync(batches: 40, recordsPerBatch: 400);
        row = copied ? (await _log.CopyAsync()).Row(null) : row;
        _log.Segments.Operations.Reset();

        var records = (await _log.RecordsAsync(row)).Count;

        Assert.Equal(16_000, records);
        Assert.Equal(row.Bytes, _log.Segments.Operations.BytesRead);
        Assert.Equal(
            (row.Bytes + SegmentLimits.BlockBytesMax - 1) / SegmentLimits.BlockBytesMax,
            _log.Segments.Operations.Reads);
    }

    [Fact]
    public async Task A_copy_has_at_most_a_twentieth_more_bytes_than_its_records_of_a_kilobyte()
    {
        await FillAsync(batches: 400, recordsPerBatch: 10);

        var row = (await _log.CopyAsync()).Row(null);

        Assert.InRange(row.Bytes, 4_000 * RecordBytes, 4_000 * RecordBytes * 105 / 100);
    }

    [Fact]
    public async Task A_scan_from_an_offset_begins_at_the_block_that_the_index_names()
    {
        var row = await FillAsync(batches: 40, recordsPerBatch: 400);
        row = (await _log.CopyAsync()).Row(null);
        _log.Segments.Operations.Reset();

        var batches = await _log.BatchesAsync(row, from: 15_000);

        Assert.InRange(batches[0].BaseOffset, 11_000, 15_000);
        Assert.Equal(row.NextOffset, batches[^1].NextOffset);
        Assert.InRange(_log.Segments.Operations.BytesRead, 1, 2 * SegmentLimits.BlockBytesMax);
    }

    private async Task<SegmentRow> FillAsync(int batches, int recordsPerBatch)
    {
        var value = new string('x', RecordBytes);
        for (var number = 0; number < batches; number++)
        {
            await _log.AppendAsync(LogWorld.BatchOf([.. Enumerable.Repeat(value, recordsPerBatch)]));
        }

        return await _log.SealAsync();
    }
}
