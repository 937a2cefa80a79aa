using Serverless.StorageEngine.Compression;
using Serverless.StorageEngine.Diagnostics;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Retention;
using Serverless.StorageEngine.Simulation;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;
using Stopwatch = System.Diagnostics.Stopwatch;

namespace Serverless.Benchmarks.SharedLogs;

/// <summary>What partitions cost that share a log, beside partitions that have their own: calls of a store in memory, as
/// a service bills them.</summary>
internal static class SharedLogsBenchmark
{
    private const int RecordBytes = 1024;
    private const int FullBatchBytes = 1_000_000;
    private const long FullBytes = 512L * 1024 * 1024;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(5);
    private static readonly CancellationToken None = CancellationToken.None;

    /// <summary>Each partition has a record waiting whenever one of its own was acknowledged.</summary>
    public static async Task<SharedLogsResult> RunBusyAsync(string log, int partitions, int intervalMs)
    {
        await using var node = await Node.StartAsync(log, partitions, intervalMs);
        using var stop = new CancellationTokenSource();
        var records = 0L;
        var writers = Enumerable.Range(0, partitions).Select(partition => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                await node.AppendAsync(partition, RecordBytes);
                Interlocked.Increment(ref records);
            }
        })).ToArray();
        await Task.Delay(WarmUp);
        node.Reset();
        var (before, watch) = (Interlocked.Read(ref records), Stopwatch.StartNew());
        await Task.Delay(Window);
        var (writing, bytes) = (node.Bill, node.BytesWritten);
        var (seconds, count) = (watch.Elapsed.TotalSeconds, Interlocked.Read(ref records) - before);
        await stop.CancelAsync();
        await Task.WhenAll(writers);
        return new SharedLogsResult(
            log, partitions, intervalMs, seconds, count, bytes, writing, await KeepAsync(node, log));
    }

    /// <summary>As many bytes as go: full blocks, then the keeper.</summary>
    /// <returns>For a GiB of records.</returns>
    public static async Task<(Bill Writing, Bill Keeping)> RunFullAsync(string log)
    {
        const int Partitions = 8;
        await using var node = await Node.StartAsync(log, Partitions, intervalMs: 250);
        node.Reset();
        var left = FullBytes;
        await Task.WhenAll(Enumerable.Range(0, Partitions).Select(partition => Task.Run(async () =>
        {
            while (Interlocked.Add(ref left, -FullBatchBytes) > 0)
            {
                await node.AppendAsync(partition, FullBatchBytes);
            }
        })));
        var writing = node.Bill;
        var gibibytes = FullBytes / (1024.0 * 1024 * 1024);
        return (writing * (1 / gibibytes), await KeepAsync(node, log) * (1 / gibibytes));
    }

    private static async Task<Bill> KeepAsync(Node node, string log)
    {
        if (log == "dedicated")
        {
            return default;
        }

        // Behind the age at which segments in shared logs are sealed; the second run deletes what the first replaced.
        await Task.Delay(TimeSpan.FromSeconds(10));
        node.Reset();
        await node.KeepAsync();
        await node.KeepAsync();
        return node.Bill;
    }

    private sealed class Node : IAsyncDisposable
    {
        private readonly EngineMeters _meters = new();
        private readonly SimulatedSegmentStore _segments = new();
        private readonly SimulatedTableStore _tables = new(TimeProvider.System);
        private readonly EventLog _log;
        private readonly Keeper _keeper;
        private readonly TopicCatalog _topics;
        private Topic? _topic;

        private Node()
        {
            var tables = new BoundedTableStore(_tables, _meters, TimeProvider.System);
            _log = new EventLog(
                new BoundedSegmentStore(_segments, _meters, TimeProvider.System),
                tables,
                new Codecs(),
                new NodeIdentity(1, ""),
                new EventLogSettings(),
                _meters,
                TimeProvider.System,
                Random.Shared);
            _topics = new TopicCatalog(
                tables, _log.DeleteLogsAsync, new TopicCatalogSettings(), TimeProvider.System, Random.Shared);
            _keeper = new Keeper(_log, _topics, new KeeperSettings());
        }

        public Bill Bill => Bill.Of(_segments.Operations, _tables.Operations);

        public long BytesWritten => _segments.Operations.BytesWritten;

        public static async Task<Node> StartAsync(string log, int partitions, int intervalMs)
        {
            var node = new Node();
            _ = TopicName.TryParse("benchmark", out var name, out _);
            var settings = new Dictionary<string, string?>
            {
                ["log"] = log,
                ["append.interval.ms"] = $"{intervalMs}",
                ["shared.segment.ms"] = "9000",
                ["file.delete.delay.ms"] = "0",
                ["retention.ms"] = "-1",
            };
            node._topic = await node._topics.CreateAsync(name!, partitions, [.. settings], validateOnly: false, None)
                is TopicCreation.Created created
                ? created.Topic
                : throw new InvalidOperationException("The topic was not created.");
            await Task.WhenAll(Enumerable.Range(0, partitions).Select(partition => node.AppendAsync(partition, RecordBytes)));
            return node;
        }

        public void Reset()
        {
            _segments.Operations.Reset();
            _tables.Operations.Reset();
        }

        public async Task AppendAsync(int partition, int bytes)
        {
            var builder = new RecordBatchBuilder();
            builder.Append(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), null, new byte[bytes], []);
            AppendOutcome outcome;
            do
            {
                outcome = await _log.AppendAsync(_topic!, partition, builder.Build(), None);
                if (outcome is AppendOutcome.Throttled throttled)
                {
                    await Task.Delay(throttled.RetryAfter);
                }
            }
            while (outcome is AppendOutcome.Throttled);
            if (outcome is not AppendOutcome.Appended)
            {
                throw new InvalidOperationException($"The engine answered {outcome}.");
            }
        }

        public async Task KeepAsync()
        {
            if (await _keeper.RunAsync(None) is not KeeperOutcome.Ran { Report.Did.Faults: 0 })
            {
                throw new InvalidOperationException("The keeper met a fault.");
            }
        }

        public async ValueTask DisposeAsync()
        {
            await _log.DisposeAsync();
            _meters.Dispose();
        }
    }
}
