using System.Diagnostics.Metrics;

namespace Serverless.StorageEngine.Diagnostics;

/// <summary>The counters of the engine; names, units and meanings in one place. No tag is unbounded.</summary>
public sealed class EngineMeters : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string Name = "Serverless.StorageEngine";

    private readonly Meter _meter = new(Name);
    private readonly Counter<long> _keeperRuns;
    private readonly Counter<long> _segmentsKept;
    private readonly Counter<long> _bytesKept;
    private readonly Counter<long> _throttled;

    /// <summary>Creates the instruments.</summary>
    public EngineMeters()
    {
        RecordsAppended = _meter.CreateCounter<long>(
            "serverless.log.records.appended", "{record}", "Records that became durable through this node.");
        BytesAppended = _meter.CreateCounter<long>(
            "serverless.log.bytes.appended", "By", "Bytes of record batches that became durable through this node.");
        BlocksAppended = _meter.CreateCounter<long>(
            "serverless.log.blocks.appended",
            "{block}",
            "Blocks of partitions that this node stored: each one paid append, or part of one in a shared log.");
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
        Storage = new StorageMeters(_meter);
        Log = new LogMeters(_meter);
        Gauges = new GaugeMeters(_meter);
        _keeperRuns = _meter.CreateCounter<long>(
            "serverless.keeper.runs", "{run}", "Runs of this node's keeper, by how they ended.");
        _segmentsKept = _meter.CreateCounter<long>(
            "serverless.keeper.segments", "{segment}", "Segments that this node's keeper dealt with, by what it did.");
        _bytesKept = _meter.CreateCounter<long>(
            "serverless.keeper.bytes", "By", "Bytes of those segments, by what it did.");
        _throttled = _meter.CreateCounter<long>(
            "serverless.quota.throttled",
            "{request}",
            "Requests that were refused because a quota was used up, by what it limits and what it counts.");
        KeeperFaults = _meter.CreateCounter<long>(
            "serverless.keeper.faults",
            "{fault}",
            "Logs, topics, deletions and groups that this node's keeper could not deal with.");
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
            advice: Latency);
    }

    /// <summary>Records that became durable through this node.</summary>
    public Counter<long> RecordsAppended { get; }

    /// <summary>Bytes of record batches that became durable through this node.</summary>
    public Counter<long> BytesAppended { get; }

    /// <summary>Blocks of partitions that this node stored: each one paid append, or part of one in a shared log.</summary>
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

    /// <summary>The paid calls of the storage service, by kind and outcome.</summary>
    public StorageMeters Storage { get; }

    /// <summary>What clients ask of logs.</summary>
    public LogMeters Log { get; }

    /// <summary>What is looked up when somebody reads the metrics.</summary>
    public GaugeMeters Gauges { get; }

    /// <summary>The borders of histograms of latencies, in seconds.</summary>
    internal static InstrumentAdvice<double> Latency { get; } = new()
    {
        HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    };

    /// <summary>Counts a run of a keeper over the whole store.</summary>
    /// <param name="outcome">One of a fixed set of words: how it ended.</param>
    internal void CountKeeperRun(string outcome) =>
        _keeperRuns.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

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

    /// <summary>Counts a request that was refused because a quota was used up.</summary>
    /// <param name="entity">One of a fixed set of words: what the quota limits.</param>
    /// <param name="quota">One of a fixed set of words: what it counts.</param>
    public void CountThrottled(string entity, string quota) => _throttled.Add(
        1,
        new KeyValuePair<string, object?>("entity", entity),
        new KeyValuePair<string, object?>("quota", quota));

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();
}
