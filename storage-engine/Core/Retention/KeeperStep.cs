using System.Collections.Immutable;
using Serverless.StorageEngine.Retention.Compaction;
using Serverless.StorageEngine.Retention.Rows;

namespace Serverless.StorageEngine.Retention;

/// <summary>What is to be done next to one log. Whoever is killed in the middle of it leaves rows from which the same
/// step follows again, or one that cleans up behind it.</summary>
internal abstract record KeeperStep
{
    private KeeperStep()
    {
    }

    /// <summary>Let the oldest segments cease to count.</summary>
    /// <param name="Segments">Which; the log begins behind the last of them then.</param>
    public sealed record Retire(ImmutableArray<StoredSegment> Segments) : KeeperStep
    {
        /// <summary>The offset behind them.</summary>
        public long NextOffset => Segments[^1].Row.NextOffset;
    }

    /// <summary>Give up a copy that takes too long.</summary>
    /// <param name="Copying">Its discard.</param>
    public sealed record GiveUp(StoredDiscard Copying) : KeeperStep;

    /// <summary>Delete the bytes of what counts no more.</summary>
    /// <param name="Discards">What goes.</param>
    public sealed record Sweep(ImmutableArray<StoredDiscard> Discards) : KeeperStep;

    /// <summary>Look at the active segment, and leave it if it must be.</summary>
    public sealed record LookAtActive : KeeperStep;

    /// <summary>Compact the log.</summary>
    /// <param name="Plan">What of it.</param>
    public sealed record Compact(CompactionPlan Plan) : KeeperStep;

    /// <summary>Make a copy of some segments.</summary>
    /// <param name="Segments">Neighbours, oldest first.</param>
    public sealed record Copy(ImmutableArray<StoredSegment> Segments) : KeeperStep;

    /// <summary>Something is to be rewritten, and the run has moved its share of bytes.</summary>
    public sealed record Postpone : KeeperStep;

    /// <summary>Nothing is due.</summary>
    public sealed record Nothing : KeeperStep;
}
