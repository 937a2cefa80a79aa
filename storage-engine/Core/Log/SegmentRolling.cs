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
    /// Never true for a segment without records: sealing it would change nothing and its successor would get the same
    /// base offset.
    /// </returns>
    public static bool ShouldRoll(LogState state, LogTuning tuning, long segmentBytes, TimeSpan segmentAge, long now) =>
        state.NextOffset > state.SegmentBaseOffset
        && (state.Tail >= segmentBytes
            || state.SegmentBlocks >= tuning.SegmentBlocksMax
            || now - state.SegmentCreatedAt >= segmentAge.TotalMilliseconds);

    /// <summary>Whether the next block must carry the log's state.</summary>
    /// <returns>Never true right behind a block that carries it: a large state may have left no room there for the batch
    /// that waits.</returns>
    public static bool NeedsCheckpoint(LogState state, LogTuning tuning) =>
        state.Tail == 0
        || (state.BlocksSinceCheckpoint > 0
            && (state.Tail - state.CheckpointPosition >= tuning.CheckpointBytes
                || state.BlocksSinceCheckpoint >= tuning.CheckpointBlocks));
}
