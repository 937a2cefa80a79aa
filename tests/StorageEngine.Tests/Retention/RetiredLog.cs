using System.Buffers;
using System.Text.Json;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Log.Rows;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Tests.Log;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.Retention;

/// <summary>A log of one partition whose segments a test takes away or copies by hand, as a keeper does.</summary>
internal sealed class RetiredLog(LogWorld world, Topic topic)
{
    private readonly LogId _log = new PartitionId(topic.Id, 0).Log;

    public async Task<HeadRow> HeadAsync() => RowJson.Read((await HeadRowAsync())!, LogRowsJson.Default.HeadRow);

    /// <summary>The rows of the sealed segments, oldest first.</summary>
    public async Task<SegmentRow[]> SegmentsAsync() =>
        [.. (await SegmentRowsAsync()).Select(static row => RowJson.Read(row, LogRowsJson.Default.SegmentRow))];

    /// <summary>Takes the oldest sealed segment away: log start and rows first, bytes after.</summary>
    public async Task RetireOldestAsync()
    {
        var rows = await SegmentRowsAsync();
        var oldest = RowJson.Read(rows[0], LogRowsJson.Default.SegmentRow);
        var head = (await HeadRowAsync())!;
        var raised = RowJson.Read(head, LogRowsJson.Default.HeadRow) with { LogStartOffset = oldest.NextOffset };
        await CommitAsync(
            new RowChange.Replace(head.Key, Json(raised), head.Version),
            new RowChange.Delete(rows[0].Key, rows[0].Version));
        await world.Segments.DeleteAsync(oldest.SegmentName(), TestContext.Current.CancellationToken);
    }

    /// <summary>Writes all sealed segments anew under other names, and takes the old ones away.</summary>
    public async Task CopyAllAsync()
    {
        foreach (var row in await SegmentRowsAsync())
        {
            var segment = RowJson.Read(row, LogRowsJson.Default.SegmentRow);
            var copy = LogKeys.SegmentName(new PartitionId(topic.Id, 0), segment.BaseOffset, nonce: 4711);
            var bytes = new byte[segment.Bytes];
            await world.Segments.ReadAsync(segment.SegmentName(), 0, bytes, TestContext.Current.CancellationToken);
            await world.Segments.CreateAsync(copy, TestContext.Current.CancellationToken);
            await world.Segments.AppendAsync(
                copy, 0, new ReadOnlySequence<byte>(bytes), TestContext.Current.CancellationToken);
            var content = JsonSerializer.SerializeToUtf8Bytes(
                segment with { Segment = copy.Value }, LogRowsJson.Default.SegmentRow);
            await CommitAsync(new RowChange.Replace(row.Key, content, row.Version));
            await world.Segments.DeleteAsync(segment.SegmentName(), TestContext.Current.CancellationToken);
        }
    }

    /// <summary>One record of a kilobyte for each number.</summary>
    public async Task AppendAsync(EventLog node, int count, int from = 0)
    {
        for (var number = from; number < from + count; number++)
        {
            await world.Append(node, topic, Value(number));
        }
    }

    public static string Value(int number) => $"{number:D4}".PadRight(1_000, '.');

    public static string[] Values(int from, int to) => [.. Enumerable.Range(from, to - from).Select(Value)];

    public Task<FetchOutcome> FetchAsync(EventLog node, long offset) =>
        world.Run(() => node.FetchAsync(topic, 0, offset, 1_000_000, CancellationToken.None));

    private async Task<TableRow?> HeadRowAsync() =>
        await world.Tables.GetAsync(
            LogKeys.Partition(_log), LogKeys.Head(_log), TestContext.Current.CancellationToken);

    private async Task<TableRow[]> SegmentRowsAsync()
    {
        var page = await world.Tables.QueryAsync(
            LogKeys.Partition(_log),
            LogKeys.SegmentsUpTo(_log, long.MaxValue),
            TableLimits.PageRowsMax,
            TestContext.Current.CancellationToken);
        return [.. page.Rows.Reverse()];
    }

    private async Task CommitAsync(params RowChange[] changes) => Assert.IsType<TableTransaction.Committed>(
        await world.Tables.ExecuteAsync(LogKeys.Partition(_log), changes, TestContext.Current.CancellationToken));

    private static byte[] Json(HeadRow head) => JsonSerializer.SerializeToUtf8Bytes(head, LogRowsJson.Default.HeadRow);
}
