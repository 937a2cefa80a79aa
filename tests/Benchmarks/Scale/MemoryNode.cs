using System.Collections.Immutable;
using Serverless.StorageEngine.Compression;
using Serverless.StorageEngine.Diagnostics;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Simulation;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.Benchmarks.Scale;

/// <summary>One node at a time over stores in memory that count what they are asked.</summary>
internal sealed class MemoryNode : IAsyncDisposable
{
    private static readonly byte[] Value = new byte[100];

    private readonly EngineMeters _meters = new();
    private readonly SimulatedSegmentStore _segments = new();
    private readonly SimulatedTableStore _tables = new(TimeProvider.System);
    private readonly RecordBatchBuilder _builder = new();

    /// <summary>An empty store and a node.</summary>
    /// <param name="partitions">Of the only topic.</param>
    /// <param name="segmentBytes">Its <c>segment.bytes</c>.</param>
    public MemoryNode(int partitions, int segmentBytes)
    {
        Topic = new Topic(
            TopicName.TryParse("benchmark", out var name, out _) ? name : throw new InvalidOperationException(),
            TopicId.Create(Random.Shared),
            partitions,
            new TopicConfig(
                ImmutableSortedDictionary<string, string>.Empty.Add("segment.bytes", $"{segmentBytes}"),
                ImmutableSortedDictionary<string, string>.Empty),
            DateTimeOffset.UnixEpoch);
        Log = Open(new EventLogSettings());
    }

    /// <summary>The only topic.</summary>
    public Topic Topic { get; }

    /// <summary>The node.</summary>
    public EventLog Log { get; private set; }

    /// <summary>What both stores were asked, and how many bytes they handed out.</summary>
    public ScaleCounts Counts => new(
        _segments.Operations.Appends,
        _segments.Operations.Reads,
        _tables.Operations.TableReads + _tables.Operations.TableTransactions,
        _segments.Operations.BytesRead + _tables.Operations.BytesRead);

    /// <summary>Puts another node in the place of this one; it knows nothing yet.</summary>
    /// <param name="cacheBytes">How many bytes of blocks it may keep.</param>
    public async Task RestartAsync(long cacheBytes)
    {
        await Log.DisposeAsync();
        Log = Open(new EventLogSettings { CacheBytesMax = cacheBytes });
    }

    /// <summary>A batch of records of 100 bytes.</summary>
    public RecordBatch Batch(int records)
    {
        for (var record = 0; record < records; record++)
        {
            _builder.Append(1_700_000_000_000, null, Value, []);
        }

        return _builder.Build();
    }

    /// <summary>Appends a batch and gives its first offset.</summary>
    public async ValueTask<long> AppendAsync(int partition, RecordBatch batch) =>
        await Log.AppendAsync(Topic, partition, batch, CancellationToken.None) is AppendOutcome.Appended appended
            ? appended.BaseOffset
            : throw new InvalidOperationException("The engine refused an append.");

    /// <summary>Fetches at most about 100 KB from an offset on.</summary>
    public async ValueTask<FetchOutcome.Fetched> FetchAsync(int partition, long offset) =>
        await Log.FetchAsync(Topic, partition, offset, 100_000, CancellationToken.None) is FetchOutcome.Fetched fetched
            ? fetched
            : throw new InvalidOperationException("The engine refused a fetch.");

    public async ValueTask DisposeAsync()
    {
        await Log.DisposeAsync();
        _meters.Dispose();
    }

    private EventLog Open(EventLogSettings settings) => new(
        new BoundedSegmentStore(_segments, _meters, TimeProvider.System),
        new BoundedTableStore(_tables, _meters, TimeProvider.System),
        new Codecs(),
        new NodeIdentity(1, ""),
        settings,
        _meters,
        TimeProvider.System,
        Random.Shared);
}
