using Serverless.StorageEngine.Log.Blocks;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Log;

/// <summary>How blocks change the state of a log. Pure; the only way in which a known tail moves forward.</summary>
internal static class LogRules
{
    /// <summary>Folds the block at the tail.</summary>
    /// <param name="state">The log before the block.</param>
    /// <param name="block">The block that is stored at <see cref="LogState.Tail"/> of the active segment.</param>
    /// <returns>The log behind the block; at the start of the successor when the block is a seal.</returns>
    /// <exception cref="CorruptDataException">The block does not continue the chain.</exception>
    public static LogState Apply(LogState state, LogBlock block)
    {
        CheckContinuity(state, block);

        // A checkpoint of a version that remembered nothing makes everyone forget, whether they open the log there or
        // come from further back: all must remember the same.
        var forgets = block.Body.State is { History: null };
        var time = Math.Max(forgets ? 0 : state.Time, block.Header.WrittenAt);
        var fold = FoldBatches(state, block);
        var next = state with
        {
            Tail = block.End,
            NextOffset = fold.NextOffset,
            MaxTimestamp = fold.MaxTimestamp,
            SegmentMinTimestamp = fold.SegmentMinTimestamp,
            SegmentMaxTimestamp = fold.SegmentMaxTimestamp,
            Index = fold.Index,
            SegmentBlocks = state.SegmentBlocks + 1,
            SegmentCreatedAt = state.SegmentBlocks == 0 ? block.Header.WrittenAt : state.SegmentCreatedAt,
            NextBlockNumber = state.NextBlockNumber + 1,
            PreviousPosition = block.Position,
            ChainHash = block.NextChainHash,
            Epoch = block.Header.Epoch,
            Leader = block.Body.Leader ?? state.Leader,
            CheckpointPosition = block.Body.State is null ? state.CheckpointPosition : block.Position,
            BlocksSinceCheckpoint = block.Body.State is null ? state.BlocksSinceCheckpoint + 1 : 0,
            Time = time,
            History = FoldHistory(forgets ? AppendHistory.Empty.Under(state.History.Limits) : state.History, block, time),
        };
        return block.Body.Seal is { } seal ? Follow(next, seal) : next;
    }

    /// <summary>The state from which a block with a snapshot can be folded, without knowing anything before
    /// it.</summary>
    /// <param name="log">The log.</param>
    /// <param name="segment">The segment that holds the block.</param>
    /// <param name="block">A block whose body has a state.</param>
    public static LogState Before(LogId log, SegmentName segment, LogBlock block)
    {
        var snapshot = block.Body.State ?? throw new CorruptDataException(
            $"Segment {segment}, position {block.Position}: expected a checkpoint, found {block.Header.Kind}.");
        return LogState.Empty(log, segment) with
        {
            Tail = block.Position,
            SegmentBlocks = snapshot.SegmentBlocks,
            SegmentBaseOffset = snapshot.SegmentBaseOffset,
            SegmentCreatedAt = snapshot.SegmentCreatedAt,
            SegmentMinTimestamp = snapshot.SegmentMinTimestamp,
            SegmentMaxTimestamp = snapshot.SegmentMinTimestamp == long.MaxValue
                ? -1
                : snapshot.SegmentMaxTimestamp ?? snapshot.MaxTimestamp,
            NextBlockNumber = block.Header.BlockNumber,
            PreviousPosition = block.Header.PreviousPosition,
            ChainHash = block.Header.ChainHash,
            Epoch = block.Header.Epoch,
            Leader = snapshot.Leader,
            NextOffset = snapshot.NextOffset,
            MaxTimestamp = snapshot.MaxTimestamp,
            Index = snapshot.Index,
            Time = snapshot.Time,
            History = snapshot.History ?? AppendHistory.Empty,
        };
    }

    private static AppendHistory FoldHistory(AppendHistory history, LogBlock block, long time)
    {
        if (block.Body.FencingToken is { } token)
        {
            history = history with { FencingToken = token };
        }

        foreach (ref readonly var entry in block.Entries.AsSpan())
        {
            history = history.With(entry, time);
        }

        // Only here, so that other blocks need no look at everything that is remembered.
        return block.Body.State is null ? history : history.WithoutExpired(time);
    }

    private static BatchFold FoldBatches(LogState state, LogBlock block)
    {
        var fold = new BatchFold(
            state.NextOffset, state.MaxTimestamp, state.SegmentMinTimestamp, state.SegmentMaxTimestamp, state.Index);
        foreach (ref readonly var entry in block.Entries.AsSpan())
        {
            Check(entry.BaseOffset == fold.NextOffset, state, "base offset", fold.NextOffset, entry.BaseOffset);
            fold.NextOffset += entry.RecordCount;
            fold.MaxTimestamp = Math.Max(fold.MaxTimestamp, entry.MaxTimestamp);
            fold.SegmentMaxTimestamp = Math.Max(fold.SegmentMaxTimestamp, entry.MaxTimestamp);
            fold.SegmentMinTimestamp = Math.Min(fold.SegmentMinTimestamp, entry.MaxTimestamp);
        }

        if (block.Entries.Length > 0)
        {
            fold.Index = state.Index.With(new IndexEntry(block.Position, state.NextOffset, state.MaxTimestamp));
        }

        return fold;
    }

    private static LogState Follow(LogState sealedState, SealMark seal) => seal.Successor is not { } successor
        ? sealedState with { Ended = true }
        : sealedState with
        {
            Segment = successor,
            Tail = 0,
            SegmentBlocks = 0,
            SegmentBaseOffset = sealedState.NextOffset,
            SegmentMinTimestamp = long.MaxValue,
            SegmentMaxTimestamp = -1,
            PreviousPosition = -1,
            Index = SparseIndex.Empty,
            CheckpointPosition = -1,
            BlocksSinceCheckpoint = 0,
        };

    private static void CheckContinuity(LogState state, LogBlock block)
    {
        var header = block.Header;
        Check(!state.Ended, state, "no block behind the end of the log, but block", -1, header.BlockNumber);
        Check(header.Log == state.Log, state, "log", state.Log, header.Log);
        Check(header.Kind != BlockKind.Copied, state, "kind at most", BlockKind.Seal, header.Kind);
        Check(block.Position == state.Tail, state, "position", state.Tail, block.Position);
        Check(
            header.BlockNumber == state.NextBlockNumber,
            state,
            "block number",
            state.NextBlockNumber,
            header.BlockNumber);
        Check(
            header.PreviousPosition == state.PreviousPosition,
            state,
            "previous position",
            state.PreviousPosition,
            header.PreviousPosition);
        Check(header.ChainHash == state.ChainHash, state, "chain hash", state.ChainHash, header.ChainHash);
        Check(header.Epoch >= state.Epoch, state, "epoch at least", state.Epoch, header.Epoch);
        Check(
            state.Tail > 0 || block.Body.State is not null,
            state,
            "a checkpoint as first block, not kind",
            BlockKind.Checkpoint,
            header.Kind);
        if (block.Body.State is { } carried)
        {
            CheckSnapshot(state, carried);
        }
    }

    // A checkpoint that drifted from the blocks before it would be believed by every node that opens the log from it.
    private static void CheckSnapshot(LogState state, StateSnapshot carried)
    {
        var folded = state.Snapshot();
        var remembered = carried.History is null
            ? carried with { Time = folded.Time, History = folded.History }
            : carried;
        remembered = remembered with { Index = folded.Index, SegmentMaxTimestamp = LargestOf(carried, folded) };
        Check(remembered == folded, state, "snapshot", folded, carried);
        Check(
            carried.Index.IntervalBytes == folded.Index.IntervalBytes
                && carried.Index.Entries.AsSpan().SequenceEqual(folded.Index.Entries.AsSpan()),
            state,
            "index entries like the folded ones, of which there are",
            folded.Index.Entries.Length,
            carried.Index.Entries.Length);
    }

    // Whoever opened the log from a block that does not tell the segment's largest timestamp takes the log's for it, and
    // tells that on.
    private static long? LargestOf(StateSnapshot carried, StateSnapshot folded) =>
        carried.SegmentMaxTimestamp is not { } largest || largest == carried.MaxTimestamp
            || folded.SegmentMaxTimestamp == folded.MaxTimestamp
            ? folded.SegmentMaxTimestamp
            : largest;

    private static void Check<T>(bool holds, LogState state, string what, T expected, T found)
    {
        if (!holds)
        {
            throw new CorruptDataException(
                $"Segment {state.Segment}, position {state.Tail}: expected {what} {expected}, found {found}.");
        }
    }

    // What the batches of a block change, so that one new state takes it all.
    private record struct BatchFold(
        long NextOffset, long MaxTimestamp, long SegmentMinTimestamp, long SegmentMaxTimestamp, SparseIndex Index);
}
