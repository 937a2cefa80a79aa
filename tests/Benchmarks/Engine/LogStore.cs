using Serverless.Benchmarks.Measuring;
using Serverless.StorageEngine.Compression;
using Serverless.StorageEngine.Diagnostics;
using Serverless.StorageEngine.Embedded;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.Benchmarks.Engine;

/// <summary>
/// The engine over an embedded store of its own, put together as a node does it: one topic of one partition, default
/// settings.
/// </summary>
internal sealed class LogStore : IAsyncDisposable
{
    private readonly ScratchFolder _folder;
    private readonly EmbeddedDatabase _database;
    private readonly EngineMeters _meters = new();
    private readonly Topic _topic;
    private EventLog _log;

    private LogStore(string parent)
    {
        _folder = new ScratchFolder(parent);
        _database = new EmbeddedDatabase(_folder.Path, TimeProvider.System);
        _log = Open();
        _topic = new Topic(
            TopicName.TryParse("benchmark", out var name, out _) ? name : throw new InvalidOperationException(),
            TopicId.Create(Random.Shared),
            PartitionCount: 1,
            TopicConfig.Default,
            DateTimeOffset.UnixEpoch);
    }

    /// <summary>A store whose partition is open: the first record of its life is in it.</summary>
    public static async Task<LogStore> CreateAsync(string parent)
    {
        var store = new LogStore(parent);
        var builder = new RecordBatchBuilder();
        builder.Append(0, null, new byte[1], []);
        await store.AppendAsync(builder.Build());
        return store;
    }

    /// <summary>Appends the batches; ends when the last one is durable.</summary>
    public Task ProduceAsync(IReadOnlyList<RecordBatch> batches, int inFlight) =>
        Window.RunAsync(batches.Count, inFlight, number => AppendAsync(batches[number]));

    /// <summary>Goes on as another node would: nothing of the log is in its memory.</summary>
    public async Task RestartAsync()
    {
        await _log.DisposeAsync();
        _log = Open();
    }

    /// <summary>Reads request by request what <see cref="ProduceAsync"/> wrote.</summary>
    public Task FetchAsync(int count, int recordsPerRequest, int requestBytes, int inFlight) =>
        Window.RunAsync(
            count,
            inFlight,
            number => ReadAsync(1 + ((long)number * recordsPerRequest), recordsPerRequest, requestBytes));

    public async ValueTask DisposeAsync()
    {
        await _log.DisposeAsync();
        await _database.DisposeAsync();
        _meters.Dispose();
        _folder.Dispose();
    }

    private async ValueTask AppendAsync(RecordBatch batch)
    {
        var outcome = await _log.AppendAsync(_topic, partition: 0, batch, CancellationToken.None);
        if (outcome is not AppendOutcome.Appended)
        {
            throw new InvalidOperationException($"The engine answered an append with {outcome}.");
        }
    }

    private async ValueTask ReadAsync(long offset, int records, int bytesMax)
    {
        var outcome = await _log.FetchAsync(_topic, partition: 0, offset, bytesMax, CancellationToken.None);
        if (outcome is not FetchOutcome.Fetched { Batches: [var batch] }
            || batch.BaseOffset != offset || batch.RecordCount != records)
        {
            throw new InvalidOperationException($"The engine answered a fetch with {outcome}.");
        }
    }

    private EventLog Open() => new(
        new BoundedSegmentStore(new EmbeddedSegmentStore(_database), _meters, TimeProvider.System),
        new BoundedTableStore(new EmbeddedTableStore(_database), _meters, TimeProvider.System),
        new Codecs(),
        new NodeIdentity(new UInt128(0, (ulong)Random.Shared.NextInt64()), ""),
        new EventLogSettings(),
        _meters,
        TimeProvider.System,
        Random.Shared);
}
