using System.Collections.Immutable;
using System.Text.Json;
using Serverless.StorageEngine.Compression;
using Serverless.StorageEngine.Diagnostics;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Log.Rows;
using Serverless.StorageEngine.Retention.Copies;
using Serverless.StorageEngine.Simulation;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.Benchmarks.OldData;

/// <summary>A partition over a store in memory that counts what a service would bill, with sealed segments of 64
/// MiB.</summary>
internal sealed class OldDataLog : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly NodeIdentity Node = new(1, "");

    private readonly EngineMeters _meters = new();
    private readonly SimulatedSegmentStore _store = new();
    private readonly SimulatedTableStore _tables = new(TimeProvider.System);
    private readonly Topic _topic = new(
        TopicName.TryParse("benchmark", out var name, out _) ? name : throw new InvalidOperationException(),
        TopicId.Create(Random.Shared),
        PartitionCount: 1,
        new TopicConfig(
            ImmutableSortedDictionary<string, string>.Empty.Add("segment.bytes", "67108864"),
            ImmutableSortedDictionary<string, string>.Empty),
        DateTimeOffset.UnixEpoch);

    public OldDataLog() => Segments = new CountedSegments(_store);

    /// <summary>What was asked of the store.</summary>
    public StorageOperations Operations => _store.Operations;

    /// <summary>Counts reads of sealed segments.</summary>
    public CountedSegments Segments { get; }

    private PartitionId Partition => new(_topic.Id, 0);

    /// <summary>A node that has read nothing yet.</summary>
    public EventLog Open() => new(
        new BoundedSegmentStore(Segments, _meters, TimeProvider.System),
        new BoundedTableStore(_tables, _meters, TimeProvider.System),
        new Codecs(),
        Node,
        new EventLogSettings { CacheBytesMax = 32 * 1024 * 1024 },
        _meters,
        TimeProvider.System,
        Random.Shared);

    /// <summary>Appends batches until at least as many bytes of records lie in sealed segments.</summary>
    public async Task FillAsync(OldDataWorkload workload, long bytes)
    {
        await using var log = Open();
        for (var number = 0; await SealedEndAsync() * OldDataWorkload.RecordBytes < bytes; number++)
        {
            var outcome = await log.AppendAsync(_topic, 0, workload.Batch(number), None);
            if (outcome is not AppendOutcome.Appended)
            {
                throw new InvalidOperationException($"The engine answered batch {number} with {outcome}.");
            }
        }
    }

    /// <summary>The offset behind the sealed segments.</summary>
    public async Task<long> SealedEndAsync()
    {
        var rows = await RowsAsync(1);
        return rows.Count == 0 ? 0 : Read(rows[0]).NextOffset;
    }

    /// <summary>Counts the reads of what is sealed now, from 0 on.</summary>
    /// <returns>The bytes of it.</returns>
    public async Task<long> CountAsync()
    {
        var rows = (await RowsAsync(TableLimits.PageRowsMax)).Select(Read).ToList();
        Segments.Sealed.UnionWith(rows.Select(static row => row.SegmentName()));
        Segments.Reset();
        return rows.Sum(static row => row.Bytes);
    }

    /// <summary>Fetches.</summary>
    public async Task<FetchOutcome.Fetched> FetchAsync(EventLog log, long offset, int bytesMax) =>
        await log.FetchAsync(_topic, 0, offset, bytesMax, None) as FetchOutcome.Fetched
            ?? throw new InvalidOperationException($"The engine has nothing at {offset}.");

    /// <summary>Puts one copy in the place of all sealed segments.</summary>
    public async Task CopyAsync()
    {
        var rows = await RowsAsync(TableLimits.PageRowsMax);
        var job = new CopyJob(
            Partition,
            [.. rows.Reverse().Select(Read)],
            LogKeys.CopyName(Partition, 0, 1),
            CopyCompression.Of(_topic.Config));
        var writer = new CopyWriter(Segments, new Codecs(), new CopyMemory(), Node, TimeProvider.System, Random.Shared);
        var copied = await writer.WriteAsync(job, selection: null, None);
        var content = JsonSerializer.SerializeToUtf8Bytes(copied.Row(null), LogRowsJson.Default.SegmentRow);
        RowChange[] changes =
        [
            .. rows.SkipLast(1).Select(static row => new RowChange.Delete(row.Key, row.Version)),
            new RowChange.Replace(rows[^1].Key, content, rows[^1].Version),
        ];
        if (await _tables.ExecuteAsync(LogKeys.Partition(Partition.Log), changes, None)
            is not TableTransaction.Committed)
        {
            throw new InvalidOperationException("The rows changed meanwhile.");
        }
    }

    public void Dispose() => _meters.Dispose();

    private async Task<IReadOnlyList<TableRow>> RowsAsync(int count) => (await _tables.QueryAsync(
        LogKeys.Partition(Partition.Log), LogKeys.SegmentsUpTo(Partition.Log, long.MaxValue), count, None)).Rows;

    private static SegmentRow Read(TableRow row) => RowJson.Read(row, LogRowsJson.Default.SegmentRow);
}
