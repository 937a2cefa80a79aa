using System.Text;
using Serverless.StorageEngine.Compression;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Log.Rows;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Retention.Compaction;
using Serverless.StorageEngine.Retention.Copies;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Tests.Log;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.Retention.Compaction;

/// <summary>One log of small segments that is compacted by hand: the rows of its copies stand in a list here.</summary>
internal sealed class CompactionWorld : IDisposable
{
    private readonly LogWorld _world = new();
    private readonly Topic _topic = LogWorld.TopicOf();
    private readonly Random _random = new(1);
    private readonly CopyMemory _memory = new();
    private readonly KeyMapMemory _maps = new();
    private readonly EventLog _node;
    private readonly List<SegmentRow> _rows = [];

    public CompactionWorld(int blocksPerSegment) => _node = _world.StartNode(
        new EventLogSettings { Tuning = new LogTuning { SegmentBlocksMax = blocksPerSegment } });

    /// <summary>The storage service's time.</summary>
    public long Now { get; set; } = Rows.Now;

    /// <summary>The rows of the sealed segments as they are after all compactions.</summary>
    public IReadOnlyList<SegmentRow> SegmentRows => _rows;

    private LogId Log => new PartitionId(_topic.Id, 0).Log;

    public void Dispose() => _world.Dispose();

    /// <summary>Appends one batch of records with a key, a value or none, and the timestamp <see cref="Now"/>.</summary>
    /// <returns>The offset of the first one.</returns>
    public long Append(CompressionType compression, params (string Key, string? Value)[] records)
    {
        var builder = new RecordBatchBuilder();
        foreach (var (key, value) in records)
        {
            builder.Append(Now, BytesOf(key), BytesOf(value), []);
        }

        return Append(builder.Build(compression, new Codecs()));
    }

    /// <summary>Appends a batch.</summary>
    public long Append(RecordBatch batch)
    {
        var outcome = Done(_world.Send(_node, _topic, batch));
        return Assert.IsType<AppendOutcome.Appended>(outcome).BaseOffset;
    }

    /// <summary>Compacts if it is due.</summary>
    /// <param name="settings">What the topic says.</param>
    /// <param name="mapBytesMax">The room for keys.</param>
    /// <param name="stepsMax">After how many steps the keeper is killed.</param>
    /// <param name="rangeBytesMax">The bytes from which a pass maps no further segment.</param>
    public CompactionPass? Compact(
        CompactionSettings settings,
        long mapBytesMax = KeyMap.BytesDefault,
        int stepsMax = int.MaxValue,
        long rangeBytesMax = Compactor.RangeBytesDefault)
    {
        var head = ReadRows();
        if (CompactionRules.Plan(_rows, head, settings, Now) is not { } plan)
        {
            return null;
        }

        var compactor = new Compactor(Scan, new Codecs(), _memory.Restored, _maps, mapBytesMax, rangeBytesMax);
        var pass = Done(_world.Run(() => compactor.PrepareAsync(Log, plan, settings, Now, default)));
        foreach (var group in pass.Groups.Take(stepsMax))
        {
            Switch(group, group.IsRewritten ? [Copy(pass, group)] : [.. group.RowsMarked(Now).Select(row => row.New)]);
        }

        return pass;
    }

    /// <summary>All records from the start, whether a compaction has met them or not.</summary>
    public List<(long Offset, string? Key, string? Value)> ReadAll()
    {
        ReadRows();
        var records = new List<(long, string?, string?)>();
        foreach (var row in _rows)
        {
            foreach (var batch in Done(_world.Run(() => BatchesOf(row))))
            {
                records.AddRange(RecordsOf(batch));
            }
        }

        for (var offset = _rows.Count == 0 ? 0 : _rows[^1].NextOffset; ;)
        {
            var outcome = Done(_world.Run(() => _node.FetchAsync(_topic, 0, offset, 1_000_000, default)));
            if (outcome is not FetchOutcome.Fetched { Batches: { Count: > 0 } batches })
            {
                return records;
            }

            records.AddRange(batches.SelectMany(RecordsOf));
            offset = batches[^1].NextOffset;
        }
    }

    /// <summary>The batches of all sealed segments.</summary>
    public IEnumerable<RecordBatch> StoredBatches() => _rows.SelectMany(row => Done(_world.Run(() => BatchesOf(row))));

    private SegmentScan Scan => new(_world.Segments, _memory, _world.Time, _random);

    private SegmentRow Copy(CompactionPass pass, CompactionGroup group)
    {
        var partition = new PartitionId(_topic.Id, 0);
        var writer = new CopyWriter(
            _world.Segments, new Codecs(), _memory, new NodeIdentity(9, ""), _world.Time, _random);
        var name = LogKeys.CopyName(partition, group.Sources[0].Row.BaseOffset, _random.NextInt64());
        var job = new CopyJob(partition, [.. group.Rows], name, CopyCompression.AsItIs);
        var copied = Done(_world.Run(() => writer.WriteAsync(job, pass.FilterOf(group).Keeps, default)));
        return group.RowOf(copied.Row(cleanedAt: null), copied.Tombstones, Now);
    }

    private void Switch(CompactionGroup group, SegmentRow[] rows)
    {
        var place = _rows.FindIndex(row => row.BaseOffset == rows[0].BaseOffset);
        var replaced = _rows.FindAll(
            row => row.BaseOffset >= rows[0].BaseOffset && row.NextOffset <= rows[^1].NextOffset);
        Assert.All(replaced, row => Assert.Contains(row, group.Rows));
        _rows.RemoveRange(place, replaced.Count);
        _rows.InsertRange(place, rows);
    }

    // Rows of segments that were sealed since the last look are added; the others are known here only.
    private HeadRow ReadRows()
    {
        var page = Done(_world.Run(() => _world.Tables.QueryAsync(
            LogKeys.Partition(Log), RowRange.All, rowsMax: 1_000, default)));
        var from = _rows.Count == 0 ? 0 : _rows[^1].NextOffset;
        _rows.AddRange(page.Rows
            .Where(row => row.Key.StartsWith("segment|", StringComparison.Ordinal))
            .Select(static row => RowJson.Read(row, LogRowsJson.Default.SegmentRow))
            .Where(row => row.BaseOffset >= from && row.NextOffset > row.BaseOffset)
            .OrderBy(static row => row.BaseOffset));
        var head = page.Rows.SingleOrDefault(row => row.Key == LogKeys.Head(Log));
        return head is null ? Rows.Head(0) : RowJson.Read(head, LogRowsJson.Default.HeadRow);
    }

    private async ValueTask<List<RecordBatch>> BatchesOf(SegmentRow row)
    {
        var batches = new List<RecordBatch>();
        await foreach (var block in Scan.ReadAsync(Log, row, row.BaseOffset, default))
        {
            batches.AddRange(block.Batches);
        }

        return batches;
    }

    private static IEnumerable<(long Offset, string? Key, string? Value)> RecordsOf(RecordBatch batch) =>
        RecordBatchReader.ReadRecords(batch, new Codecs())
            .Select(static record => (record.Offset, TextOf(record.Key), TextOf(record.Value)));

    private static ReadOnlyMemory<byte>? BytesOf(string? text) =>
        text is null ? default(ReadOnlyMemory<byte>?) : Encoding.UTF8.GetBytes(text);

    private static string? TextOf(ReadOnlyMemory<byte>? bytes) =>
        bytes is { } some ? Encoding.UTF8.GetString(some.Span) : null;

    // The world has done it when it returns.
    private static T Done<T>(Task<T> task)
    {
        Assert.True(task.IsCompleted);
        return task.GetAwaiter().GetResult();
    }
}
