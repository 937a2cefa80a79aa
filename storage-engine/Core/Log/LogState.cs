using Serverless.StorageEngine.Log.Blocks;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Log;

/// <summary>
/// Everything that follows from a log's blocks up to one position. Changed by <see cref="LogRules.Apply"/> and nothing
/// else, on every path: own appends, guest reads, tail reads and recovery.
/// </summary>
internal sealed record LogState
{
    /// <summary>The log.</summary>
    public required LogId Log { get; init; }

    /// <summary>The active segment: the one the next block goes to.</summary>
    public required SegmentName Segment { get; init; }

    /// <summary>Bytes of the active segment folded so far; where the next block begins.</summary>
    public required long Tail { get; init; }

    /// <summary>Blocks of the active segment folded so far.</summary>
    public required int SegmentBlocks { get; init; }

    /// <summary>The first offset of the active segment.</summary>
    public required long SegmentBaseOffset { get; init; }

    /// <summary>When the active segment's first block was written, in milliseconds since 1970; meaningless while it
    /// has none.</summary>
    public required long SegmentCreatedAt { get; init; }

    /// <summary>The smallest batch timestamp in the active segment; <see cref="long.MaxValue"/> while it has
    /// none.</summary>
    public required long SegmentMinTimestamp { get; init; }

    /// <summary>
    /// The largest timestamp of the active segment's own records, or -1 while it has none. Where the log was opened from
    /// a block of a version that did not tell it, that of the whole log, which is never smaller.
    /// </summary>
    public required long SegmentMaxTimestamp { get; init; }

    /// <summary>The number of the next block in the whole log.</summary>
    public required long NextBlockNumber { get; init; }

    /// <summary>Where the last block of the active segment begins; -1 when it has none.</summary>
    public required long PreviousPosition { get; init; }

    /// <summary>The hash the next block carries.</summary>
    public required Bits128 ChainHash { get; init; }

    /// <summary>The highest epoch seen; the last block's.</summary>
    public required int Epoch { get; init; }

    /// <summary>The leader that the last barrier named.</summary>
    public required NodeIdentity Leader { get; init; }

    /// <summary>The offset of the next record: the high watermark, since only durable blocks are folded.</summary>
    public required long NextOffset { get; init; }

    /// <summary>The largest timestamp in the log, in milliseconds since 1970; -1 when it has no records.</summary>
    public required long MaxTimestamp { get; init; }

    /// <summary>The sparse index of the active segment.</summary>
    public required SparseIndex Index { get; init; }

    /// <summary>Where the last block with a state snapshot begins in the active segment; -1 when it has none.</summary>
    public required long CheckpointPosition { get; init; }

    /// <summary>Blocks since that one.</summary>
    public required int BlocksSinceCheckpoint { get; init; }

    /// <summary>
    /// The log's time: the largest clock reading of a writer so far, in milliseconds since 1970; 0 before the first
    /// block. Never falls, and moves only with blocks, so that what expires by it expires on every node alike.
    /// </summary>
    public required long Time { get; init; }

    /// <summary>What is remembered of earlier appends.</summary>
    public required AppendHistory History { get; init; }

    /// <summary>Whether the log has ended: its topic was deleted, nothing can be appended any more.</summary>
    public required bool Ended { get; init; }

    /// <summary>Nobody: the leader before the first barrier.</summary>
    public static NodeIdentity NoLeader { get; } = new(Bits128.Zero, "");

    /// <summary>A log without any block.</summary>
    /// <param name="log">The log.</param>
    /// <param name="segment">Its first segment, which exists and is empty.</param>
    public static LogState Empty(LogId log, SegmentName segment) => new()
    {
        Log = log,
        Segment = segment,
        Tail = 0,
        SegmentBlocks = 0,
        SegmentBaseOffset = 0,
        SegmentCreatedAt = 0,
        SegmentMinTimestamp = long.MaxValue,
        SegmentMaxTimestamp = -1,
        NextBlockNumber = 0,
        PreviousPosition = -1,
        ChainHash = BlockChain.Start,
        Epoch = 0,
        Leader = NoLeader,
        NextOffset = 0,
        MaxTimestamp = -1,
        Index = SparseIndex.Empty,
        CheckpointPosition = -1,
        BlocksSinceCheckpoint = 0,
        Time = 0,
        History = AppendHistory.Empty,
        Ended = false,
    };

    /// <summary>What a checkpoint written now carries.</summary>
    public StateSnapshot Snapshot() => new(
        SegmentBaseOffset,
        SegmentCreatedAt,
        SegmentBlocks,
        NextOffset,
        MaxTimestamp,
        SegmentMinTimestamp,
        Leader,
        Index,
        Time,
        History,
        SegmentMaxTimestamp >= 0 ? SegmentMaxTimestamp : null);
}
