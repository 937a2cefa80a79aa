using Serverless.StorageEngine.Log.Rows;

namespace Serverless.StorageEngine.Retention.Compaction;

/// <summary>One segment of a compaction, with what is known of it when the keys are mapped.</summary>
/// <param name="Row">Its row.</param>
/// <param name="IsDirty">Whether keys of it were not mapped by an earlier compaction.</param>
/// <param name="Loses">Whether any of its records goes.</param>
/// <param name="TombstonesGo">Whether its tombstones were kept for long enough.</param>
/// <param name="Tombstones">How many tombstones it keeps at most.</param>
internal sealed record CompactionSource(SegmentRow Row, bool IsDirty, bool Loses, bool TombstonesGo, long Tombstones)
{
    /// <summary>What the rows and the map know of a segment.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="range">The map of its dirty part.</param>
    /// <param name="place">The segment's place in the plan.</param>
    /// <param name="settings">What the topic says.</param>
    /// <param name="now">The storage service's time, in milliseconds since 1970.</param>
    public static CompactionSource Of(
        CompactionPlan plan, MappedRange range, int place, CompactionSettings settings, long now)
    {
        var row = plan.Segments[place];
        var isDirty = place >= plan.FirstDirty;
        var tombstonesGo = !isDirty && CompactionRules.HasTombstonesToGo(row, settings, now);
        var before = tombstonesGo || (isDirty && row.CleanedTo is null) ? 0 : row.Tombstones;
        return new CompactionSource(
            row,
            isDirty,
            Loses: range.Losses[place] > 0 || tombstonesGo,
            tombstonesGo,
            before + range.Tombstones[place]);
    }

    /// <summary>When a compaction first met its tombstones, in milliseconds since 1970.</summary>
    /// <param name="now">What that is when this compaction is the first.</param>
    public long CleanedAt(long now) => IsDirty ? now : Row.CleanedAt!.Value;
}
