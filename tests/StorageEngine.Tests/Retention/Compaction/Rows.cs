using Serverless.StorageEngine.Log.Rows;
using Serverless.StorageEngine.Retention.Compaction;

namespace Serverless.StorageEngine.Tests.Retention.Compaction;

/// <summary>Rows of segments as the rules see them: only what they look at differs.</summary>
internal static class Rows
{
    public const long Now = 1_900_000_000_000;
    public const long Day = 86_400_000;

    public static CompactionSettings Settings { get; } = new(
        DeleteRetentionMs: Day, MinLagMs: 0, MaxLagMs: long.MaxValue, DirtyRatioMin: 0.5, SegmentBytes: 1_000);

    /// <summary>The head of a log whose active segment begins at an offset.</summary>
    public static HeadRow Head(long activeFrom, long logStart = 0) =>
        new("active", activeFrom, CheckpointPosition: 0, logStart, Deleted: false);

    /// <summary>A segment that no compaction has met.</summary>
    public static SegmentRow Dirty(long from, long to, long bytes = 100, long timestamp = 0) => new(
        $"segment-{from}",
        from,
        to,
        bytes,
        Blocks: 2,
        CreatedAt: 0,
        SealedAt: 0,
        MinTimestamp: timestamp,
        MaxTimestamp: timestamp,
        SealPosition: 0,
        IndexInterval: 1,
        Index: [],
        LargestTimestamp: timestamp);

    /// <summary>A segment that a compaction has met.</summary>
    public static SegmentRow Clean(
        long from, long to, long bytes = 100, long tombstones = 0, long cleanedAt = Now - 1) =>
        Dirty(from, to, bytes) with { CleanedAt = cleanedAt, Tombstones = tombstones };
}
