using System.Globalization;
using Serverless.Benchmarks.Measuring;
using Serverless.StorageEngine.Compression;
using Serverless.StorageEngine.Diagnostics;
using Serverless.StorageEngine.Embedded;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Retention;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.Benchmarks.Compaction;

/// <summary>A compacted topic of one partition in an embedded store of its own, and the keeper of its node.</summary>
internal sealed class CompactedLog : IAsyncDisposable
{
    private const int InFlight = 4;

    // Each of four segments may end a block behind its size.
    private const long OvershootMax = 4L * SegmentLimits.BlockBytesMax;

    private readonly ScratchFolder _folder;
    private readonly EmbeddedDatabase _database;
    private readonly EngineMeters _meters = new();
    private readonly EventLog _log;
    private readonly TopicCatalog _topics;
    private Topic _topic;

    private CompactedLog(string parent)
    {
        _folder = new ScratchFolder(parent);
        _database = new EmbeddedDatabase(_folder.Path, TimeProvider.System);
        var tables = new BoundedTableStore(new EmbeddedTableStore(_database), _meters, TimeProvider.System);
        _log = new EventLog(
            new BoundedSegmentStore(new EmbeddedSegmentStore(_database), _meters, TimeProvider.System),
            tables,
            new Codecs(),
            new NodeIdentity(new UInt128(0, (ulong)Random.Shared.NextInt64()), ""),
            new EventLogSettings { CacheBytesMax = 1024 * 1024 },
            _meters,
            TimeProvider.System,
            Random.Shared);
        _topics = new TopicCatalog(
            tables, _log.DeleteLogsAsync, new TopicCatalogSettings(), TimeProvider.System, Random.Shared);
        _topic = null!;
    }

    /// <summary>An empty log.</summary>
    public static async Task<CompactedLog> CreateAsync(string parent, CompactionWorkload workload)
    {
        var log = new CompactedLog(parent);
        var creation = await log._topics.CreateAsync(
            NameOf("benchmark"),
            partitionCount: 1,
            [
                new("cleanup.policy", "compact"),
                new("compression.type", workload.CompressionType),
                new("segment.bytes", workload.SegmentBytes.ToString(CultureInfo.InvariantCulture)),
            ],
            validateOnly: false,
            CancellationToken.None);
        log._topic = creation is TopicCreation.Created created
            ? created.Topic
            : throw new InvalidOperationException($"The topic was not created: {creation}.");
        return log;
    }

    /// <summary>Appends until the sealed segments have as many bytes as asked for.</summary>
    public async Task FillAsync(CompactionWorkload workload, KeyedRecords records)
    {
        var waiting = new Queue<Task>(InFlight);
        for (var bytes = 0L; bytes < workload.Bytes + OvershootMax;)
        {
            if (waiting.Count == InFlight)
            {
                await waiting.Dequeue();
            }

            var batch = records.Next();
            bytes += batch.Length;
            waiting.Enqueue(AppendAsync(batch));
        }

        await Task.WhenAll(waiting);

        // The last segment is full by now: the next record seals it.
        await AppendAsync(records.NextAlone());
    }

    /// <summary>Runs the keeper until nothing is left to compact.</summary>
    public async Task<KeeperCounts> CompactAsync()
    {
        var keeper = new Keeper(
            _log,
            _topics,
            new KeeperSettings { RunTimeMax = TimeSpan.FromHours(10), BytesRewrittenMax = long.MaxValue });
        var did = KeeperCounts.None;
        while (true)
        {
            var outcome = await keeper.RunAsync(_topic.Name, CancellationToken.None);
            if (outcome is not KeeperOutcome.Ran { Report: { IsComplete: true, Problems: [] } report })
            {
                throw new InvalidOperationException($"The keeper answered {outcome}.");
            }

            did += report.Did;
            if (report.Did.SegmentsCompacted == 0)
            {
                return did;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _log.DisposeAsync();
        await _database.DisposeAsync();
        _meters.Dispose();
        _folder.Dispose();
    }

    private async Task AppendAsync(RecordBatch batch)
    {
        var outcome = await _log.AppendAsync(_topic, partition: 0, batch, CancellationToken.None);
        if (outcome is not AppendOutcome.Appended)
        {
            throw new InvalidOperationException($"The engine answered an append with {outcome}.");
        }
    }

    private static TopicName NameOf(string text) =>
        TopicName.TryParse(text, out var name, out _) ? name : throw new InvalidOperationException();
}
