using System.Diagnostics.Metrics;

namespace Serverless.StorageEngine.Diagnostics;

/// <summary>The counters of the engine; names, units and meanings in one place. No tag is unbounded.</summary>
public sealed class EngineMeters : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string Name = "Serverless.StorageEngine";

    private readonly Meter _meter = new(Name);
    private readonly Counter<long> _storageOperations;
    private readonly Counter<long> _segmentsKept;
    private readonly Counter<long> _bytesKept;

    /// <summary>Creates the instruments.</summary>
    public EngineMeters()
    {
        RecordsAppended = _meter.CreateCounter<long>(
            "serverless.log.records.appended", "{record}", "Records that became durable through this node.");
        BytesAppended = _meter.CreateCounter<long>(
            "serverless.log.bytes.appended", "By", "Bytes of record batches that became durable through this node.");
        BlocksAppended = _meter.CreateCounter<long>(
            "serverless.log.blocks.appended", "{block}", "Blocks that this node stored; each is one paid append.");
        BatchesRepeated = _meter.CreateCounter<long>(
            "serverless.log.batches.repeated",
            "{batch}",
            "Batches that were in the log already and were answered with their first offset.");
        AppendsLost = _meter.CreateCounter<long>(
            "serverless.log.appends.lost", "{append}", "Appends whose position another node had taken; built again.");
        AppendsUnknown = _meter.CreateCounter<long>(
            "serverless.log.appends.unknown", "{append}", "Appends whose outcome had to be read back.");
        TakeOvers = _meter.CreateCounter<long>(
            "serverless.log.takeovers", "{takeover}", "Times this node became the leader of a log.");
        RowUpdatesFailed = _meter.CreateCounter<long>(
            "serverless.log.row_updates.failed",
            "{update}",
            "Hints (checkpoint, lease) that could not be written; harmless.");
        BackgroundFailures = _meter.CreateCounter<long>(
            "serverless.log.background.failures",
            "{failure}",
            "Mistakes of the program in work that no request waits for; each one is a bug.");
        BytesFetched = _meter.CreateCounter<long>(
            "serverless.log.bytes.fetched", "By", "Bytes of record batches handed to readers.");
        _storageOperations = _meter.CreateCounter<long>(
            "serverless.storage.operations", "{operation}", "Paid calls of the storage service, by kind.");
        _segmentsKept = _meter.CreateCounter<long>(
            "serverless.keeper.segments", "{segment}", "Segments that this node's keeper dealt with, by what it did.");
        _bytesKept = _meter.CreateCounter<long>(
            "serverless.keeper.bytes", "By", "Bytes of those segments, by what it did.");
        KeeperFaults = _meter.CreateCounter<long>(
            "serverless.keeper.faults",
            "{fault}",
            "Logs, topics and deletions that this node's keeper could not deal with.");
        OffsetsRemoved = _meter.CreateCounter<long>(
            "serverless.groups.offsets.removed",
            "{offset}",
            "Committed offsets that this node removed: of topics that are gone, and forgotten ones.");
        GroupsRemoved = _meter.CreateCounter<long>(
            "serverless.groups.removed", "{group}", "Groups that this node removed because they had nothing left.");
        AppendDuration = _meter.CreateHistogram(
            "serverless.log.append.duration",
            "s",
            "From the arrival of a batch to its acknowledgement.",
            advice: new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
            });
    }

    /// <summary>Records that became durable through this node.</summary>
    public Counter<long> RecordsAppended { get; }

    /// <summary>Bytes of record batches that became durable through this node.</summary>
    public Counter<long> BytesAppended { get; }

    /// <summary>Blocks that this node stored; each is one paid append.</summary>
    public Counter<long> BlocksAppended { get; }

    /// <summary>Batches that were in the log already and were answered with their first offset.</summary>
    public Counter<long> BatchesRepeated { get; }

    /// <summary>Appends whose position another node had taken.</summary>
    public Counter<long> AppendsLost { get; }

    /// <summary>Appends whose outcome had to be read back.</summary>
    public Counter<long> AppendsUnknown { get; }

    /// <summary>Times this node became the leader of a log.</summary>
    public Counter<long> TakeOvers { get; }

    /// <summary>Hints (checkpoint, lease) that could not be written.</summary>
    public Counter<long> RowUpdatesFailed { get; }

    /// <summary>Mistakes of the program in work that no request waits for.</summary>
    public Counter<long> BackgroundFailures { get; }

    /// <summary>Bytes of record batches handed to readers.</summary>
    public Counter<long> BytesFetched { get; }

    /// <summary>Logs, topics and deletions that this node's keeper could not deal with.</summary>
    public Counter<long> KeeperFaults { get; }

    /// <summary>Committed offsets that this node removed.</summary>
    public Counter<long> OffsetsRemoved { get; }

    /// <summary>Groups that this node removed because they had nothing left.</summary>
    public Counter<long> GroupsRemoved { get; }

    /// <summary>From the arrival of a batch to its acknowledgement, in seconds.</summary>
    public Histogram<double> AppendDuration { get; }

    /// <summary>The paid calls of the storage service, by topic.</summary>
    public TopicOperations Topics { get; } = new();

    /// <summary>Counts one paid call of the storage service.</summary>
    /// <param name="operation">One of a fixed set of names: what the service bills by.</param>
    /// <param name="target">The segment's name, or the table partition; which topic it belongs to.</param>
    public void CountStorage(string operation, string target)
    {
        _storageOperations.Add(1, new KeyValuePair<string, object?>("operation", operation));
        Topics.Count(operation, target);
    }

    /// <summary>Counts what a keeper did to segments.</summary>
    /// <param name="action">One of a fixed set of names: what it did.</param>
    /// <param name="segments">How many there were.</param>
    /// <param name="bytes">Their bytes.</param>
    public void CountKept(string action, long segments, long bytes)
    {
        var tag = new KeyValuePair<string, object?>("action", action);
        _segmentsKept.Add(segments, tag);
        _bytesKept.Add(bytes, tag);
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();
}
