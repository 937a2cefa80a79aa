using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Retention.Compaction;

/// <summary>What a topic says about its compaction, in Kafka's words and units.</summary>
/// <param name="DeleteRetentionMs"><c>delete.retention.ms</c>: how long tombstones stay behind the compaction that met
/// them first.</param>
/// <param name="MinLagMs"><c>min.compaction.lag.ms</c>: younger records stay as they are.</param>
/// <param name="MaxLagMs"><c>max.compaction.lag.ms</c>: older records are compacted whatever the ratio.</param>
/// <param name="DirtyRatioMin"><c>min.cleanable.dirty.ratio</c>: from 0 to 1.</param>
/// <param name="SegmentBytes"><c>segment.bytes</c>: neighbours are put together up to this size.</param>
internal sealed record CompactionSettings(
    long DeleteRetentionMs, long MinLagMs, long MaxLagMs, double DirtyRatioMin, long SegmentBytes)
{
    /// <summary>What a topic says.</summary>
    public static CompactionSettings Of(TopicConfig config) => new(
        Milliseconds(config.DeleteRetention),
        Milliseconds(config.MinCompactionLag),
        Milliseconds(config.MaxCompactionLag),
        config.MinCleanableDirtyRatio,
        config.SegmentBytes);

    /// <summary>Whether the tombstones of a segment have been kept for long enough.</summary>
    /// <param name="cleanedAt">When a compaction first met them, in milliseconds since 1970.</param>
    /// <param name="now">The storage service's time, in milliseconds since 1970.</param>
    public bool LetsTombstonesGo(long cleanedAt, long now) => now - cleanedAt >= DeleteRetentionMs;

    private static long Milliseconds(TimeSpan time) => time.Ticks / TimeSpan.TicksPerMillisecond;
}
