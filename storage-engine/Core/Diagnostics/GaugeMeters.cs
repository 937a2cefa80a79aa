using System.Diagnostics.Metrics;

namespace Serverless.StorageEngine.Diagnostics;

/// <summary>What is looked up when somebody reads the metrics, and costs nothing before.</summary>
/// <remarks>Each has one owner, who says where to look; without an owner nothing is told.</remarks>
public sealed class GaugeMeters
{
    /// <summary>The most pairs of group and topic that are told; see <see cref="Lags"/>.</summary>
    public const int LagsMax = 1_000;

    private IReadOnlyList<GroupLag> _lags = [];

    /// <summary>Creates the instruments.</summary>
    /// <param name="meter">Their meter.</param>
    internal GaugeMeters(Meter meter)
    {
        meter.CreateObservableGauge(
            "serverless.logs.open", () => OfNode(static held => held.OpenLogs), "{log}", "Partitions that are open.");
        meter.CreateObservableGauge(
            "serverless.log.pending.bytes",
            () => OfNode(static held => held.PendingBytes),
            "By",
            "Bytes of batches that wait for their append.");
        meter.CreateObservableGauge(
            "serverless.cache.bytes",
            () => OfNode(static held => held.CacheBytes),
            "By",
            "Bytes of blocks in memory for readers.");
        meter.CreateObservableGauge(
            "serverless.keeper.run.age",
            AgeOfRun,
            "s",
            "Since some node has last gone through the whole store, as far as this node knows.");
        meter.CreateObservableGauge(
            "serverless.group.lag",
            LagsNow,
            "{record}",
            "Records between what a group has committed and the end of the log, by group and topic.");
    }

    /// <summary>Looks up what a node holds.</summary>
    public Func<NodeGauges>? Node { get; set; }

    /// <summary>Looks up how long ago the last run of a keeper over the whole store ended; null before the first one that
    /// this node knows of.</summary>
    public Func<TimeSpan?>? KeeperRunAge { get; set; }

    /// <summary>
    /// The lag of the groups when they were last looked at. Of more than <see cref="LagsMax"/> the largest are kept.
    /// </summary>
    public IReadOnlyList<GroupLag> Lags
    {
        get => Volatile.Read(ref _lags);
        set => Volatile.Write(ref _lags, value.Count <= LagsMax
            ? value
            : [.. value.OrderByDescending(static lag => lag.Records).Take(LagsMax)]);
    }

    private IEnumerable<Measurement<long>> OfNode(Func<NodeGauges, long> part) =>
        Node is { } look ? [new Measurement<long>(part(look()))] : [];

    private IEnumerable<Measurement<double>> AgeOfRun() =>
        KeeperRunAge?.Invoke() is { } age ? [new Measurement<double>(age.TotalSeconds)] : [];

    private IEnumerable<Measurement<long>> LagsNow() => Lags.Select(static lag => new Measurement<long>(
        lag.Records,
        new KeyValuePair<string, object?>("group", lag.Group),
        new KeyValuePair<string, object?>("topic", lag.Topic)));
}
