using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Log.Blocks;

/// <summary>What a block carries besides record batches.</summary>
/// <param name="State">The log's state before this block; present in checkpoints, barriers and seals.</param>
/// <param name="Leader">The leader from this block on; present in barriers.</param>
/// <param name="Seal">Where the log goes on; present in seals.</param>
internal sealed record BlockBody(StateSnapshot? State, NodeIdentity? Leader, SealMark? Seal)
{
    /// <summary>Nothing: a data block.</summary>
    public static BlockBody Empty { get; } = new(State: null, Leader: null, Seal: null);

    /// <summary>The partition's fencing token from this block on, empty for none; null in every block that does not set
    /// it.</summary>
    public string? FencingToken { get; init; }

    /// <summary>What a copy holds; present in its last block.</summary>
    public CopySummary? Copy { get; init; }
}

/// <summary>The log's state at one position: what opening it from here needs.</summary>
/// <param name="SegmentBaseOffset">The first offset of the segment.</param>
/// <param name="SegmentCreatedAt">When the segment's first block was written, in milliseconds since 1970.</param>
/// <param name="SegmentBlocks">Blocks of the segment before this one.</param>
/// <param name="NextOffset">The offset of the next record.</param>
/// <param name="MaxTimestamp">The largest timestamp of the log so far, or -1; grows only.</param>
/// <param name="SegmentMinTimestamp">The smallest batch timestamp of the segment, or
/// <see cref="long.MaxValue"/>.</param>
/// <param name="Leader">The leader that the last barrier named.</param>
/// <param name="Index">The sparse index of the segment so far.</param>
/// <param name="Time">The log's time, in milliseconds since 1970; 0 without <paramref name="History"/>.</param>
/// <param name="History">What is remembered of earlier appends; null in blocks of versions that remembered
/// nothing.</param>
/// <param name="SegmentMaxTimestamp">The largest timestamp of the segment's own records; null where it has none, and in
/// blocks of versions that did not tell it.</param>
internal sealed record StateSnapshot(
    long SegmentBaseOffset,
    long SegmentCreatedAt,
    int SegmentBlocks,
    long NextOffset,
    long MaxTimestamp,
    long SegmentMinTimestamp,
    NodeIdentity Leader,
    SparseIndex Index,
    long Time,
    AppendHistory? History,
    long? SegmentMaxTimestamp = null);

/// <summary>How a sealed segment goes on.</summary>
/// <param name="Successor">The next segment, which exists already; null when the log has ended because its topic was
/// deleted.</param>
internal sealed record SealMark(SegmentName? Successor);
