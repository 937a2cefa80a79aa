using System.Collections.Immutable;

namespace Serverless.StorageEngine.Retention.Compaction;

/// <summary>What the dirty segments of a plan hold, as far as one map has room for their keys.</summary>
/// <param name="Keys">The last offset of each key in the range.</param>
/// <param name="EndOffset">The end of the range: the plan's end, unless the map was full before.</param>
/// <param name="Losses">For each segment of the plan, how many of its records the range itself outdates, or have no
/// key.</param>
/// <param name="Tombstones">For each segment of the plan, how many records without a value were seen in it.</param>
internal sealed record MappedRange(
    KeyMap Keys, long EndOffset, ImmutableArray<long> Losses, ImmutableArray<long> Tombstones)
{
    /// <summary>Whether records of a segment lie in front of the range, which may outdate them.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="place">The segment's place in it.</param>
    public bool MayOutdate(CompactionPlan plan, int place) =>
        Keys.Count > 0 && (place < plan.FirstDirty || plan.Segments[place].CleanedTo is not null);
}
