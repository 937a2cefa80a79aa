using Serverless.StorageEngine.Compression;
using Serverless.StorageEngine.Diagnostics;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Simulation;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.Benchmarks.Idempotence;

/// <summary>The engine over a store in memory: no disk and no network, so that what is left is the engine.</summary>
internal sealed class MemoryLog : IAsyncDisposable
{
    private readonly EngineMeters _meters = new();
    private readonly SimulatedSegmentStore _segments = new();
    private readonly EventLog _log;
    private readonly Topic _topic = new(
        TopicName.TryParse("benchmark", out var name, out _) ? name : throw new InvalidOperationException(),
        TopicId.Create(Random.Shared),
        PartitionCount: 1,
        TopicConfig.Default,
        DateTimeOffset.UnixEpoch);

    public MemoryLog() => _log = new EventLog(
        new BoundedSegmentStore(_segments, _meters, TimeProvider.System),
        new BoundedTableStore(new SimulatedTableStore(TimeProvider.System), _meters, TimeProvider.System),
        new Codecs(),
        new NodeIdentity(1, ""),
        new EventLogSettings { CacheBytesMax = 1024 * 1024 },
        _meters,
        TimeProvider.System,
        Random.Shared);

    /// <summary>The topic, whose only partition is written.</summary>
    public TopicId Topic => _topic.Id;

    /// <summary>Appends one batch after the other, each in a block of its own.</summary>
    /// <param name="batches">The batches.</param>
    /// <param name="conditions">Those of each.</param>
    /// <param name="duplicate">Whether all of them are repeats.</param>
    public async Task AppendAsync(RecordBatch[] batches, AppendConditions[] conditions, bool duplicate)
    {
        for (var number = 0; number < batches.Length; number++)
        {
            var outcome = await _log.AppendAsync(
                _topic, partition: 0, batches[number], conditions[number], CancellationToken.None);
            if (outcome is not AppendOutcome.Appended appended || appended.Duplicate != duplicate)
            {
                throw new InvalidOperationException($"The engine answered batch {number} with {outcome}.");
            }
        }
    }

    /// <summary>What is stored of the partition, in bytes.</summary>
    public async Task<long> StoredBytesAsync()
    {
        var bytes = 0L;
        await foreach (var segment in _segments.ListAsync("", CancellationToken.None))
        {
            bytes += await _segments.GetLengthAsync(segment, CancellationToken.None) ?? 0;
        }

        return bytes;
    }

    public async ValueTask DisposeAsync()
    {
        await _log.DisposeAsync();
        _meters.Dispose();
    }
}
