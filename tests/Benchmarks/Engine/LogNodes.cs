using Serverless.Benchmarks.Measuring;
using Serverless.StorageEngine.Compression;
using Serverless.StorageEngine.Diagnostics;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;
using Stopwatch = System.Diagnostics.Stopwatch;

namespace Serverless.Benchmarks.Engine;

/// <summary>Nodes over one store, put together as a process does it, with default settings; each partition is written
/// and read at one of them.</summary>
internal sealed class LogNodes : IAsyncDisposable
{
    private readonly MeasuredStore _store;
    private readonly Workload _workload;
    private readonly EngineMeters _meters = new();
    private readonly Topic _topic;
    private EventLog[] _nodes;

    /// <summary>Nodes that know nothing.</summary>
    public LogNodes(MeasuredStore store, Workload workload)
    {
        (_store, _workload) = (store, workload);
        _topic = new Topic(
            TopicName.TryParse("benchmark", out var name, out _) ? name : throw new InvalidOperationException(),
            TopicId.Create(Random.Shared),
            workload.Partitions,
            TopicConfig.Default,
            DateTimeOffset.UnixEpoch);
        _nodes = [.. Enumerable.Range(0, workload.Nodes).Select(_ => Open())];
    }

    /// <summary>Opens all partitions: the first record of its life is in each.</summary>
    public Task CreateAsync() => Task.WhenAll(Enumerable.Range(0, _workload.Partitions).Select(async partition =>
    {
        var builder = new RecordBatchBuilder();
        builder.Append(0, null, new byte[1], []);
        await AppendAsync(partition, builder.Build());
    }));

    /// <summary>Appends the batches; ends when the last one is durable.</summary>
    /// <param name="batches">One for each request.</param>
    /// <param name="acksMs">Gets how long each waited.</param>
    public Task ProduceAsync(RecordBatch[] batches, double[] acksMs) => ForEachAsync(async number =>
    {
        var began = Stopwatch.GetTimestamp();
        await AppendAsync(_workload.PartitionOf(number), batches[number]);
        acksMs[number] = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    });

    /// <summary>Goes on as other nodes would: nothing of the logs is in their memory.</summary>
    /// <param name="opens">Whether they open the logs at once, with which what is behind the last checkpoints comes into
    /// their memory.</param>
    public async Task RestartAsync(bool opens)
    {
        await CloseAsync();
        _nodes = [.. _nodes.Select(_ => Open())];
        for (var partition = 0; opens && partition < _workload.Partitions; partition++)
        {
            await NodeOf(partition).GetOffsetsAsync(_topic, partition, CancellationToken.None);
        }
    }

    /// <summary>Reads request by request what <see cref="ProduceAsync"/> wrote.</summary>
    public Task FetchAsync(int requestBytes) => ForEachAsync(async number =>
    {
        var (partition, offset) = (_workload.PartitionOf(number), 1 + OffsetOf(number));
        var outcome = await NodeOf(partition).FetchAsync(
            _topic, partition, offset, requestBytes, CancellationToken.None);
        if (outcome is not FetchOutcome.Fetched { Batches: [var batch] }
            || batch.BaseOffset != offset || batch.RecordCount != _workload.RecordsPerRequest)
        {
            throw new InvalidOperationException($"The engine answered a fetch with {outcome}.");
        }
    });

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        _meters.Dispose();
    }

    // Each partition has a window of its own.
    private Task ForEachAsync(Func<int, ValueTask> request) => Task.WhenAll(
        Enumerable.Range(0, _workload.Partitions).Select(partition => Window.RunAsync(
            _workload.Requests / _workload.Partitions,
            _workload.InFlight,
            number => request((number * _workload.Partitions) + partition))));

    private long OffsetOf(int number) => (long)(number / _workload.Partitions) * _workload.RecordsPerRequest;

    private EventLog NodeOf(int partition) => _nodes[partition % _nodes.Length];

    private async ValueTask AppendAsync(int partition, RecordBatch batch)
    {
        var outcome = await NodeOf(partition).AppendAsync(_topic, partition, batch, CancellationToken.None);
        if (outcome is not AppendOutcome.Appended)
        {
            throw new InvalidOperationException($"The engine answered an append with {outcome}.");
        }
    }

    private async Task CloseAsync()
    {
        foreach (var node in _nodes)
        {
            await node.DisposeAsync();
        }
    }

    private EventLog Open() => new(
        new BoundedSegmentStore(_store.Segments, _meters, TimeProvider.System),
        new BoundedTableStore(_store.Tables, _meters, TimeProvider.System),
        new Codecs(),
        new NodeIdentity(new UInt128(0, (ulong)Random.Shared.NextInt64()), ""),
        new EventLogSettings(),
        _meters,
        TimeProvider.System,
        Random.Shared);
}
