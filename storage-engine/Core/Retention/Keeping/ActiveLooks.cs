using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Retention.Rows;
using Serverless.StorageEngine.SharedLogs;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Retention.Keeping;

/// <summary>
/// What this node saw when it looked at active segments, so that an idle log is not looked at by each run. Only saves
/// looks: whoever knows nothing looks once more. Used by one run at a time.
/// </summary>
internal sealed class ActiveLooks
{
    /// <summary>The most logs that are remembered; some 8 MB. Past it, all are forgotten.</summary>
    public const int LogsMax = 50_000;

    private readonly Dictionary<PartitionId, Look> _looks = [];

    /// <summary>Whether the next look can find anything.</summary>
    public bool AreDue(PartitionId partition, LogRows rows, TopicConfig config, DateTimeOffset now) =>
        !_looks.TryGetValue(partition, out var look)
        || (look.Segment, look.LogStart, look.Limit)
            != (rows.Head.Segment, rows.Head.LogStartOffset, LimitOf(rows, config))
        || KeeperTimes.Milliseconds(now) > look.NotBefore;

    /// <summary>Notes that an active segment need not be left.</summary>
    /// <param name="partition">Whose.</param>
    /// <param name="rows">The log's rows before the look.</param>
    /// <param name="config">What the topic says.</param>
    /// <param name="active">What was seen.</param>
    /// <param name="now">The storage service's time.</param>
    public void Note(
        PartitionId partition, LogRows rows, TopicConfig config, ActiveSegment active, DateTimeOffset now)
    {
        if (_looks.Count >= LogsMax)
        {
            _looks.Clear();
        }

        _looks[partition] = new Look(
            rows.Head.Segment,
            rows.Head.LogStartOffset,
            LimitOf(rows, config),
            RetentionRules.NotLeftBefore(active, config, now));
    }

    private static TimeSpan LimitOf(LogRows rows, TopicConfig config) =>
        RetentionRules.ActiveLimit(config, SharedKeys.LogOf(rows.Head.Segment) is not null);

    private readonly record struct Look(string Segment, long LogStart, TimeSpan Limit, long NotBefore);
}
