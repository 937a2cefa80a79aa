using System.Text.Json;
using Serverless.StorageEngine.Compression;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Log.Rows;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Retention.Copies;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Tests.Log;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.Retention.Copies;

/// <summary>Copies in the place of sealed segments, as the log's own readers find them.</summary>
public sealed class ReadingCopiesTests : IDisposable
{
    private const int RecordBytes = 1_024;

    private static readonly CancellationToken None = CancellationToken.None;

    private readonly LogWorld _world = new();
    private readonly Topic _topic = LogWorld.TopicOf(1, ("segment.bytes", "16384"));

    private LogId Log => new PartitionId(_topic.Id, 0).Log;

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task Readers_find_every_record_at_its_offset_when_copies_stand_for_the_segments()
    {
        var writer = _world.StartNode();
        await AppendAsync(writer, batches: 60);
        var before = await _world.ReadAll(writer, _topic);
        Assert.InRange((await CopyAllAsync(selection: null)).Sources, 5, 100);

        Assert.Equal(before, await _world.ReadAll(_world.StartNode(), _topic));
        Assert.Equal(before[17..], await _world.ReadAll(_world.StartNode(), _topic, 17));
        Assert.Equal(before, await _world.ReadAll(writer, _topic));
    }

    [Fact]
    public async Task Readers_of_compacted_copies_go_on_behind_what_was_taken_out()
    {
        await AppendAsync(_world.StartNode(), batches: 60);
        var (_, end) = await CopyAllAsync(static (in RecordView record) => record.Offset % 50 is 3 or 4);
        var node = _world.StartNode();

        for (var offset = 0L; offset < end; offset += 7)
        {
            var expected = Enumerable.Range((int)offset, (int)(end - offset)).Select(static one => (long)one)
                .Where(one => one % 50 is 3 or 4).ToList();
            Assert.Equal(expected, (await OffsetsAsync(node, offset)).Where(one => one < end));
        }
    }

    [Fact]
    public async Task A_copy_without_records_is_passed_over()
    {
        await AppendAsync(_world.StartNode(), batches: 60);
        var (_, end) = await CopyAllAsync(static (in RecordView _) => false);

        Assert.Equal(end, (await OffsetsAsync(_world.StartNode(), 0))[0]);
    }

    [Fact]
    public async Task A_search_by_time_finds_the_first_record_that_is_left()
    {
        await AppendAsync(_world.StartNode(), batches: 60);
        await CopyAllAsync(static (in RecordView record) => record.Offset % 50 is 3 or 4);
        var node = _world.StartNode();

        var found = await _world.Run(() => node.FindOffsetAsync(_topic, 0, 1_005, None));

        Assert.Equal(new OffsetAndTimestamp(53, 1_012), found!.Value.Record);
    }

    [Fact]
    public async Task A_reader_that_goes_on_reads_at_most_a_twentieth_more_than_the_records_of_a_kilobyte()
    {
        var topic = LogWorld.TopicOf(1, ("segment.bytes", "16777216"));
        var value = new string('x', RecordBytes);
        var writer = _world.StartNode();
        for (var number = 0; number < 22; number++)
        {
            // Blocks of which five do not quite fit into the largest read.
            await _world.Append(writer, topic, [.. Enumerable.Repeat(value, 800)]);
        }

        var (_, end) = await CopyAllAsync(selection: null);
        var node = _world.StartNode(new EventLogSettings { CacheBytesMax = 16 * 1024 * 1024 });
        await _world.Run(() => node.GetOffsetsAsync(topic, 0, None));
        _world.Segments.Operations.Reset();

        for (var offset = 0L; offset < end;)
        {
            offset = (await FetchAsync(node, topic, offset, bytesMax: 1)).NextOffset;
        }

        Assert.InRange(end, 14_000, 18_000);
        Assert.InRange(_world.Segments.Operations.BytesRead, end * RecordBytes, end * RecordBytes * 105 / 100);

        // The first reads are small, in case that the reader does not go on.
        Assert.InRange(_world.Segments.Operations.Reads, 4, 12);
    }

    private async Task AppendAsync(EventLog node, int batches)
    {
        for (var number = 0; number < batches; number++)
        {
            var values = Enumerable.Range(0, 5).Select(one => $"{(number * 5) + one}".PadRight(300, '.'));
            await _world.Send(node, _topic, LogWorld.BatchAt(1_000 + (number * 5 / 4), [.. values]));
        }
    }

    // One copy for all sealed segments, and the rows as a keeper would change them.
    private async Task<(int Sources, long End)> CopyAllAsync(RecordSelection? selection)
    {
        var partition = new PartitionId(_topic.Id, 0);
        var page = await _world.Tables.QueryAsync(
            LogKeys.Partition(Log), LogKeys.SegmentsUpTo(Log, long.MaxValue), TableLimits.PageRowsMax, None);
        SegmentRow[] sources =
            [.. page.Rows.Reverse().Select(static row => RowJson.Read(row, LogRowsJson.Default.SegmentRow))];
        var job = new CopyJob(partition, sources, LogKeys.CopyName(partition, 0, nonce: 99), CopyCompression.AsItIs);
        var writer = new CopyWriter(
            _world.Segments, new Codecs(), new CopyMemory(), new NodeIdentity(1, ""), _world.Time, new Random(1));
        var copied = await _world.Run(() => writer.WriteAsync(job, selection, None));

        var oldest = page.Rows[^1];
        var content = JsonSerializer.SerializeToUtf8Bytes(copied.Row(null), LogRowsJson.Default.SegmentRow);
        RowChange[] changes =
        [
            .. page.Rows.SkipLast(1).Select(static row => new RowChange.Delete(row.Key, row.Version)),
            new RowChange.Replace(oldest.Key, content, oldest.Version),
        ];
        Assert.IsType<TableTransaction.Committed>(
            await _world.Tables.ExecuteAsync(LogKeys.Partition(Log), changes, None));
        foreach (var source in sources)
        {
            await _world.Segments.DeleteAsync(source.SegmentName(), None);
        }

        return (sources.Length, job.NextOffset);
    }

    private async Task<List<long>> OffsetsAsync(EventLog node, long from)
    {
        var offsets = new List<long>();
        while (true)
        {
            var fetched = await FetchAsync(node, _topic, from, 5_000);
            offsets.AddRange(fetched.Batches
                .SelectMany(static batch => RecordBatchReader.ReadRecords(batch, new Codecs()))
                .Select(static record => record.Offset)
                .Where(offset => offset >= from));
            if (fetched.NextOffset == from)
            {
                return offsets;
            }

            from = fetched.NextOffset;
        }
    }

    private async Task<FetchOutcome.Fetched> FetchAsync(EventLog node, Topic topic, long offset, int bytesMax) =>
        Assert.IsType<FetchOutcome.Fetched>(
            await _world.Run(() => node.FetchAsync(topic, 0, offset, bytesMax, None)));
}
