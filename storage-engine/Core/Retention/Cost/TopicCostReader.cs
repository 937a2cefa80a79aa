using Serverless.StorageEngine.Diagnostics;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Log.Rows;
using Serverless.StorageEngine.SharedLogs;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Retention.Cost;

/// <summary>
/// Reads what the bill of a topic is made from: the rows of its segments and the ends of its logs, which all nodes
/// share, and what this node has counted since it started.
/// </summary>
public sealed class TopicCostReader
{
    /// <summary>The most partitions that one call looks at; of a larger topic, so many spread over it.</summary>
    public const int PartitionsMax = 64;

    /// <summary>The most segments that one call counts in a partition: two terabytes of the default size.</summary>
    public const int SegmentsMax = 2_000;

    /// <summary>Since when appends are counted, as far as the borders of segments allow.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromDays(7);

    // A row holds an index of some 25 KiB; so many are in memory at a time, for each partition that is being read.
    private const int RowsAtOnce = 50;
    private const int PartitionsAtOnce = 8;

    private readonly ITableStore _tables;
    private readonly EventLog _log;
    private readonly EngineMeters _meters;
    private readonly StoragePrices _prices;
    private readonly TimeProvider _time;
    private readonly DateTimeOffset _startedAt;

    /// <summary>Touches no storage. Made when the node starts: what is counted by the node counts from then on.</summary>
    /// <param name="tables">Where the rows of segments lie.</param>
    /// <param name="log">The logs.</param>
    /// <param name="meters">What this node counts.</param>
    /// <param name="prices">What the storage service charges.</param>
    /// <param name="time">The only clock.</param>
    public TopicCostReader(
        ITableStore tables, EventLog log, EngineMeters meters, StoragePrices prices, TimeProvider time)
    {
        (_tables, _log, _meters, _prices, _time) = (tables, log, meters, prices, time);
        _startedAt = time.GetUtcNow();
    }

    /// <summary>What the storage service charges.</summary>
    public StoragePrices Prices => _prices;

    /// <summary>Estimates the bill of a topic.</summary>
    /// <param name="topic">The topic, as found in the catalog.</param>
    /// <param name="cancellationToken">Abandons the reading.</param>
    /// <returns>Null when the topic is gone.</returns>
    /// <exception cref="StorageUnavailableException">Nothing could be read now.</exception>
    public async ValueTask<TopicCost?> ReadAsync(Topic topic, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        var from = (now - Window).ToUnixTimeMilliseconds();
        var (usages, logs, complete) = (new List<PartitionUsage>(), new HashSet<SharedLogId>(), true);
        foreach (var some in Partitions(topic.PartitionCount).Chunk(PartitionsAtOnce))
        {
            var read = await Task.WhenAll(
                some.Select(partition => ReadAsync(topic, partition, from, cancellationToken)));
            foreach (var one in read)
            {
                if (one is not var (usage, log, whole))
                {
                    return null;
                }

                usages.Add(usage);
                complete &= whole;
                if (log is { } shared)
                {
                    logs.Add(shared);
                }
            }
        }

        // One of a group, or one for a thousand partitions of the topic's own.
        var counts = await Task.WhenAll(
            logs.Select(log => _log.Context.Segments.CountAppendsAsync(log, topic.Id, from, cancellationToken).AsTask()));
        return CostRules.Of(
            topic.PartitionCount, usages, [.. counts.OfType<SharedUsage>()], complete, _meters.Topics.CountsOf(topic.Id), _startedAt, now, _prices);
    }

    private static IEnumerable<int> Partitions(int count) => count <= PartitionsMax
        ? Enumerable.Range(0, count)
        : Enumerable.Range(0, PartitionsMax).Select(at => (int)((long)at * count / PartitionsMax));

    private async Task<(PartitionUsage Usage, SharedLogId? Log, bool Complete)?> ReadAsync(
        Topic topic, int partition, long from, CancellationToken cancellationToken)
    {
        if (await _log.GetActiveSegmentAsync(topic, partition, cancellationToken) is not { } active)
        {
            return null;
        }

        if (active.NextBlockNumber == 0)
        {
            return (PartitionUsage.None, null, true);
        }

        var log = LogId.Of(topic.Id, partition);
        var segments = new List<SealedUsage>();
        var range = LogKeys.SegmentsUpTo(log, long.MaxValue);
        var more = true;
        while (more && segments.Count < SegmentsMax)
        {
            var page = await _tables.QueryAsync(LogKeys.Partition(log), range, RowsAtOnce, cancellationToken);
            segments.AddRange(page.Rows.Select(static row =>
                SealedUsage.Of(RowJson.Read(row, LogRowsJson.Default.SegmentRow))));
            more = page.More && page.Rows.Count > 0;
            range = more ? range.After(page.Rows[^1].Key) : range;
        }

        return (UsageRules.Of(segments, active, from), SharedKeys.LogOf(active.Name.Value), !more);
    }
}
