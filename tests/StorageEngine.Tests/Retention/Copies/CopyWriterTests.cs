using System.Text;
using Serverless.StorageEngine.Compression;
using Serverless.StorageEngine.Log.Blocks;
using Serverless.StorageEngine.Log.Rows;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Retention;
using Serverless.StorageEngine.Retention.Copies;
using Serverless.StorageEngine.Retention.Rows;
using Serverless.StorageEngine.Simulation;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Tests.Log;

namespace Serverless.StorageEngine.Tests.Retention.Copies;

public sealed class CopyWriterTests
{
    private readonly SealedLog _log = new();

    [Fact]
    public async Task A_batch_of_which_nothing_changes_is_kept_byte_for_byte()
    {
        var (large, small) = (LogWorld.BatchOf(new string('x', 600_000)), LogWorld.BatchBy(4001, 3, 7, "a", "b"));
        var other = Compressed(CompressionType.Gzip, "c");
        await _log.AppendAsync(7, large, small, other);
        var row = await _log.SealAsync();
        var sources = await _log.BatchesAsync(row);

        var copy = (await _log.CopyAsync()).Row(null);

        Assert.Equal(
            sources.Select(static batch => Convert.ToHexString(batch.Bytes.Span)),
            (await _log.BatchesAsync(copy)).Select(static batch => Convert.ToHexString(batch.Bytes.Span)));
    }

    [Fact]
    public async Task Small_neighbours_become_one_batch_also_across_blocks_and_segments()
    {
        await _log.AppendAsync(1, LogWorld.BatchBy(4001, 3, 7, "a", "b"), LogWorld.BatchOf("c"));
        await _log.AppendAsync(4, LogWorld.BatchOf("d"));
        await _log.SealAsync();
        await _log.AppendAsync(6, LogWorld.BatchAt(2_000, "e"));
        await _log.SealAsync();

        var copied = await _log.CopyAsync();

        var batch = Assert.Single(await _log.BatchesAsync(copied.Row(null)));
        Assert.Equal((0, 5, 5, 6), (batch.BaseOffset, batch.NextOffset, batch.RecordCount, batch.LeaderEpoch));
        Assert.Equal([-1, -1, -1], [batch.ProducerId, batch.ProducerEpoch, batch.BaseSequence]);
        Assert.Equal((1_000, 2_000), (batch.BaseTimestamp, batch.MaxTimestamp));
        Assert.Equal(await _log.RecordsAsync([.. _log.Rows]), await _log.RecordsAsync(copied.Row(null)));
    }

    [Fact]
    public async Task A_batch_is_merged_up_to_a_mebibyte_of_records()
    {
        for (var number = 0; number < 30; number++)
        {
            await _log.AppendAsync(LogWorld.BatchOf([.. Enumerable.Repeat(new string('x', 1_000), 100)]));
        }

        await _log.SealAsync();

        var batches = await _log.BatchesAsync((await _log.CopyAsync()).Row(null));

        Assert.Equal([1_000, 1_000, 1_000], batches.Select(static batch => batch.RecordCount));
        Assert.All(batches, static batch => Assert.InRange(batch.Payload.Length, 1_000_000, BatchMerge.BytesMax));
    }

    [Fact]
    public async Task Batches_whose_records_would_get_another_timestamp_or_codec_stay_apart()
    {
        RecordBatch[] batches =
        [
            LogWorld.BatchOf("a"), Stamped(5_000, "b"), Stamped(6_000, "c"), Stamped(6_000, "d"),
            Compressed(CompressionType.Gzip, "e"), Compressed(CompressionType.Lz4, "f"),
            Compressed(CompressionType.Lz4, "g"),
        ];
        await _log.AppendAsync(batches);
        await _log.SealAsync();

        var copy = (await _log.CopyAsync()).Row(null);

        Assert.Equal(
            [0, 1, 2, 4, 5], (await _log.BatchesAsync(copy)).Select(static batch => batch.BaseOffset));
        Assert.Equal(await _log.RecordsAsync([.. _log.Rows]), await _log.RecordsAsync(copy));
    }

    [Theory]
    [InlineData("producer", CompressionType.None, CompressionType.Zstd)]
    [InlineData("producer", CompressionType.Gzip, CompressionType.Gzip)]
    [InlineData("uncompressed", CompressionType.None, CompressionType.None)]
    [InlineData("uncompressed", CompressionType.Gzip, CompressionType.Gzip)]
    [InlineData("lz4", CompressionType.None, CompressionType.Lz4)]
    [InlineData("zstd", CompressionType.Snappy, CompressionType.Zstd)]
    public async Task Batches_are_compressed_as_the_topic_asks_where_that_makes_them_smaller(
        string type, CompressionType before, CompressionType after)
    {
        var text = string.Join(' ', Enumerable.Range(0, 100_000));
        await _log.AppendAsync(Compressed(before, text, text));
        await _log.SealAsync();

        var copied = await _log.CopyAsync(SealedLog.Compression(type));

        var batch = Assert.Single(await _log.BatchesAsync(copied.Row(null)));
        Assert.Equal(after, batch.Compression);
        Assert.Equal(batch.ComputeCrc(), batch.Crc);
        Assert.Equal(await _log.RecordsAsync([.. _log.Rows]), await _log.RecordsAsync(copied.Row(null)));
    }

    [Fact]
    public async Task Records_that_go_go_also_from_a_batch_that_another_codec_makes_too_large_for_one()
    {
        // Its repetitions are too far apart for gzip.
        var noise = new byte[48 * 1024];
        new Random(1).NextBytes(noise);
        var value = string.Concat(Enumerable.Repeat(Convert.ToBase64String(noise), 16));
        await _log.AppendAsync(Compressed(CompressionType.Zstd, [.. Enumerable.Repeat(value, 8)]));
        var row = await _log.SealAsync();

        var copied = await _log.CopyAsync(
            SealedLog.Compression("gzip"), static (in RecordView record) => record.Offset is not (0 or 5));

        var batches = await _log.BatchesAsync(copied.Row(null));
        Assert.True(batches.Count > 1);
        Assert.Equal((0, 7), (batches[0].BaseOffset, batches[^1].LastOffset));
        Assert.Equal(
            (await _log.RecordsAsync(row)).Where(static (_, offset) => offset is not (0 or 5)),
            await _log.RecordsAsync(copied.Row(null)));
    }

    [Fact]
    public async Task A_batch_stays_whole_and_is_counted_when_what_is_to_stay_of_it_fits_into_none()
    {
        var large = new string('x', BatchMerge.RecordBytesMax);
        await _log.AppendAsync(Compressed(CompressionType.Zstd, "a", large));
        var row = await _log.SealAsync();

        var copied = await _log.CopyAsync(
            SealedLog.Compression("gzip"), static (in RecordView record) => record.Offset > 0);

        Assert.Equal(1, copied.BatchesKeptWhole);
        Assert.Equal(await _log.RecordsAsync(row), await _log.RecordsAsync(copied.Row(null)));
    }

    [Fact]
    public async Task What_a_compaction_has_found_out_about_a_segment_holds_for_its_copy()
    {
        await _log.AppendAsync(LogWorld.BatchOf("a"));
        await _log.SealAsync();
        await _log.AppendAsync(LogWorld.BatchOf("b"));
        await _log.SealAsync();
        SegmentRow[] clean = [_log.Rows[0] with { CleanedAt = 5, Tombstones = 1 }, _log.Rows[1] with { CleanedAt = 7 }];
        var partly = _log.Rows[1] with { CleanedTo = 1, Tombstones = 2 };

        var one = CopyRules.RowOf(await _log.CopyAsync(rows: clean), [.. clean.Select(Stored)]);
        var other = CopyRules.RowOf(await _log.CopyAsync(rows: partly), [Stored(partly)]);

        Assert.Equal((5L, null, 1), (one.CleanedAt, one.CleanedTo, one.Tombstones));
        Assert.Equal((null, 1L, 2), (other.CleanedAt, other.CleanedTo, other.Tombstones));

        static StoredSegment Stored(SegmentRow row) => new(row, new RowVersion("1"), default);
    }

    [Fact]
    public async Task A_batch_that_would_not_become_a_tenth_smaller_keeps_its_bytes()
    {
        var noise = new byte[700_000];
        new Random(1).NextBytes(noise);
        var builder = new RecordBatchBuilder();
        builder.Append(1_000, null, noise, []);
        await _log.AppendAsync(builder.Build());
        var row = await _log.SealAsync();

        var copied = await _log.CopyAsync(SealedLog.Compression("producer"));

        Assert.Equal(
            (await _log.BatchesAsync(row))[0].Bytes.ToArray(),
            Assert.Single(await _log.BatchesAsync(copied.Row(null))).Bytes.ToArray());
    }

    [Fact]
    public async Task What_nobody_can_read_is_kept_as_it_came()
    {
        var garbage = Garbage("not a record at all");
        await _log.AppendAsync(LogWorld.BatchOf("a"), garbage, LogWorld.BatchOf("c"));
        await _log.SealAsync();

        var plain = await _log.CopyAsync(SealedLog.Compression("producer"));
        var selected = await _log.CopyAsync(selection: static (in RecordView record) => record.Offset == 2);

        Assert.Equal(garbage.Bytes.ToArray(), (await _log.BatchesAsync(plain.Row(null)))[1].Bytes.ToArray());
        Assert.Equal(
            [1, 2], (await _log.BatchesAsync(selected.Row(null))).Select(static batch => batch.BaseOffset));
    }

    [Fact]
    public async Task A_selection_takes_records_out_and_no_other_changes_its_offset()
    {
        await _log.AppendAsync(LogWorld.BatchOf("a", "b", "c"), LogWorld.BatchOf("d", "e"), LogWorld.BatchOf("f", "g"));
        await _log.SealAsync();

        var copied = await _log.CopyAsync(selection: static (in RecordView record) => record.Offset is 1 or 5);

        var batch = Assert.Single(await _log.BatchesAsync(copied.Row(null)));
        Assert.Equal((0, 7, 2), (batch.BaseOffset, batch.NextOffset, batch.RecordCount));
        Assert.Equal(
            [(1, "b"), (5, "f")],
            RecordBatchReader.ReadRecords(batch, new Codecs())
                .Select(static record => (record.Offset, Encoding.UTF8.GetString(record.Value!.Value.Span))));
        Assert.Equal(2, copied.Summary.Records);
    }

    [Fact]
    public async Task Tombstones_that_stay_are_counted_and_a_later_copy_has_as_many()
    {
        var builder = new RecordBatchBuilder();
        foreach (var value in (byte[]?[])[[1], null, null, [2], null])
        {
            builder.Append(1_000, new byte[1], value is null ? default(ReadOnlyMemory<byte>?) : value, []);
        }

        await _log.AppendAsync(builder.Build());
        await _log.SealAsync();

        var cleaned = (await _log.CopyAsync(selection: static (in RecordView one) => one.Offset != 1)).Row(5_000);
        var again = await _log.CopyAsync(rows: cleaned);

        Assert.Equal((2, 5_000), (cleaned.Tombstones, cleaned.CleanedAt));
        Assert.Equal(2, again.Tombstones);
    }

    [Fact]
    public async Task A_copy_may_have_no_record_left()
    {
        await _log.AppendAsync(LogWorld.BatchOf("a", "b"));
        var row = await _log.SealAsync();

        var copied = await _log.CopyAsync(selection: static (in RecordView _) => false);

        var block = Assert.Single(await _log.BlocksAsync(copied.Row(null)));
        Assert.Equal((BlockKind.Copied, 0), (block.Header.Kind, block.Entries.Length));
        Assert.Equal((0, -1, long.MaxValue), (
            copied.Summary.Records, copied.Summary.LargestTimestamp, copied.Summary.MinTimestamp));
        Assert.Equal((row.BaseOffset, row.NextOffset), (copied.Row(null).BaseOffset, copied.Row(null).NextOffset));
    }

    [Fact]
    public async Task The_row_of_a_copy_stands_for_its_sources_and_says_what_the_copy_says_of_itself()
    {
        await _log.AppendAsync(LogWorld.BatchAt(3_000, "a"));
        await _log.SealAsync();
        await _log.AppendAsync(LogWorld.BatchAt(2_000, "b"));
        await _log.SealAsync();
        await _log.AppendAsync(LogWorld.BatchAt(1_000, "c"));
        await _log.SealAsync();

        var copied = await _log.CopyAsync(rows: [.. _log.Rows[1..]]);

        var row = copied.Row(null);
        Assert.Equal((1, 3, true), (row.BaseOffset, row.NextOffset, row.Copied));
        Assert.Equal(
            (_log.Rows[2].MaxTimestamp, _log.Rows[2].SealBlock, _log.Rows[1].CreatedAt, _log.Rows[2].SealedAt),
            (row.MaxTimestamp, row.SealBlock, row.CreatedAt, row.SealedAt));
        Assert.Equal((2_000, 2_000, 3_000), (row.LargestTimestamp, row.MinTimestamp, row.MaxTimestamp));
        var blocks = await _log.BlocksAsync(row);
        Assert.Equal((row.Blocks, row.Bytes), (blocks.Count, blocks[^1].End));
        Assert.Equal(row.SealPosition, blocks[^1].Position);
        Assert.Equal(row.SparseIndex().Entries, blocks[^1].Body.Copy!.Index.Entries);
        Assert.Equal(3_000, Assert.Single(row.SparseIndex().Entries).MaxTimestampBefore);
    }

    [Fact]
    public async Task A_block_is_filled_up_to_a_first_read_and_each_is_in_the_index()
    {
        for (var number = 0; number < 12; number++)
        {
            await _log.AppendAsync(
                LogWorld.BatchOf(new string('x', 600_000)), LogWorld.BatchOf(new string('x', 400_000)));
        }

        await _log.AppendAsync(LogWorld.BatchOf(new string('x', 3_000_000)));
        await _log.SealAsync();
        _log.Segments.Operations.Reset();

        var row = (await _log.CopyAsync()).Row(null);

        var blocks = await _log.BlocksAsync(row);
        Assert.Equal([.. Enumerable.Repeat(2, 12), 1, 0], blocks.Select(static block => block.Entries.Length));
        Assert.Equal(
            blocks[..13].Select(static block => (block.Position, block.BaseOffset)),
            row.SparseIndex().Entries.Select(static entry => (entry.Position, entry.BaseOffset)));
        Assert.All(blocks[..12], static block => Assert.InRange(block.Header.Length, 1, CopyBlocks.BlockBytesTarget));
    }

    [Fact]
    public async Task What_is_written_goes_in_parts_as_large_as_the_store_takes()
    {
        for (var number = 0; number < 30; number++)
        {
            await _log.AppendAsync(LogWorld.BatchOf(new string('x', 600_000)));
        }

        await _log.SealAsync();

        var copied = await _log.CopyAsync();

        Assert.Equal(
            (copied.Bytes + SegmentLimits.BlockBytesMax - 1) / SegmentLimits.BlockBytesMax,
            _log.Segments.Operations.Count(StorageOperation.StagePart));
    }

    private static RecordBatch Stamped(long time, string value)
    {
        var batch = LogWorld.BatchOf(value);
        batch.StampLogAppendTime(time);
        return batch;
    }

    [Theory]
    [InlineData(null)]
    [InlineData(CompressionType.Zstd)]
    public async Task However_much_is_copied_it_is_made_in_memory_that_is_there_already(CompressionType? source)
    {
        for (var number = 0; number < 30; number++)
        {
            var value = new string((char)('a' + (number % 20)), 400_000);
            await _log.AppendAsync(source is { } type ? Compressed(type, value) : LogWorld.BatchOf(value));
        }

        await _log.SealAsync();
        var gzip = SealedLog.Compression("gzip");
        await _log.CopyAsync(gzip, static (in RecordView _) => true);
        var before = GC.GetAllocatedBytesForCurrentThread();

        await _log.CopyAsync(gzip, static (in RecordView _) => true);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 1, 1_000_000);
    }

    private static RecordBatch Compressed(CompressionType type, params string[] values)
    {
        var builder = new RecordBatchBuilder();
        foreach (var value in values)
        {
            builder.Append(1_000, null, Encoding.UTF8.GetBytes(value), []);
        }

        return builder.Build(type, new Codecs());
    }

    private static RecordBatch Garbage(string text)
    {
        var compressed = new Codecs().Compress(CompressionType.Zstd, Encoding.UTF8.GetBytes(text));
        byte[] bytes = [.. new byte[RecordBatch.HeaderBytes], .. compressed.Span];
        return RecordBatchHeader.Of(LogWorld.BatchOf("b"), CompressionType.Zstd, bytes);
    }
}
