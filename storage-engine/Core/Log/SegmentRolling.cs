namespace Serverless.StorageEngine.Log;

/// <summary>When a segment is sealed and when a block carries a checkpoint. Pure.</summary>
internal static class SegmentRolling
{
    /// <summary>Whether the active segment must be sealed before the next block.</summary>
    /// <param name="state">The log.</param>
    /// <param name="tuning">The numbers of the protocol.</param>
    /// <param name="segmentBytes">The topic's <c>segment.bytes</c>.</param>
    /// <param name="segmentAge">The topic's <c>segment.ms</c>.</param>
    /// <param name="now">In milliseconds since 1970.</param>
    /// <returns>
    /// Never true right behind the first block of a segment without records: its state may have left no room there for
    /// the batch that waits, and so it would be in every successor. Age alone never ends a segment without records.
    /// </returns>
    public static bool ShouldRoll(LogState state, LogTuning tuning, long segmentBytes, TimeSpan segmentAge, long now)
    {
        var hasRecords = state.NextOffset > state.SegmentBaseOffset;
        var isFull = state.Tail >= segmentBytes || IsFull(state, tuning);
        return hasRecords
            ? isFull || now - state.SegmentCreatedAt >= segmentAge.TotalMilliseconds
            : isFull && state.SegmentBlocks > 1;
    }

    /// <summary>Whether the active segment is old enough to be left for another place, where its topic wants it.</summary>
    /// <param name="state">The log.</param>
    /// <param name="tuning">The numbers of the protocol.</param>
    /// <param name="now">In milliseconds since 1970.</param>
    public static bool MayMove(LogState state, LogTuning tuning, long now) =>
        state.NextOffset > state.SegmentBaseOffset
        && now - state.SegmentCreatedAt >= tuning.MoveIntervalMin.TotalMilliseconds;

    /// <summary>Whether the active segment may get no more block but its seal. What lies behind is the service's reserve:
    /// without room for the seal the log could never go on.</summary>
    public static bool IsFull(LogState state, LogTuning tuning) => state.SegmentBlocks >= tuning.SegmentBlocksMax;

    /// <summary>Whether the next block must carry the log's state.</summary>
    /// <returns>Never true right behind a block that carries it: a large state may have left no room there for the
    /// batch that waits.</returns>
    public static bool NeedsCheckpoint(LogState state, LogTuning tuning) =>
        state.Tail == 0
        || (state.BlocksSinceCheckpoint > 0
            && (state.Tail - state.CheckpointPosition >= tuning.CheckpointBytes
                || state.BlocksSinceCheckpoint >= tuning.CheckpointBlocks));
}
