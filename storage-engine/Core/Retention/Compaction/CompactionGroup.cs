using System.Collections.Immutable;
using Serverless.StorageEngine.Log.Rows;

namespace Serverless.StorageEngine.Retention.Compaction;

/// <summary>Neighbours that one step of a compaction deals with.</summary>
/// <param name="Sources">What is known of them, in the order of the log.</param>
/// <param name="IsRewritten">Whether they become one copy; else nothing goes out of them, and only their rows
/// change.</param>
/// <param name="MappedEnd">The end of the range whose keys were mapped.</param>
internal sealed record CompactionGroup(ImmutableArray<CompactionSource> Sources, bool IsRewritten, long MappedEnd)
{
    /// <summary>The rows of the sources.</summary>
    public IEnumerable<SegmentRow> Rows => Sources.Select(static source => source.Row);

    /// <summary>Whether the last segment reaches beyond the range, so that its rest is left to the next pass. Then it is
    /// alone.</summary>
    public bool IsPartial => MappedEnd < Sources[^1].Row.NextOffset;

    /// <summary>Whether anything changes: a clean segment out of which nothing goes stays as it is.</summary>
    public bool HasWork => IsRewritten || Sources.Any(static source => source.IsDirty);

    /// <summary>The row of the copy that takes the place of the sources.</summary>
    /// <param name="copy">What the writer of the copy says of it.</param>
    /// <param name="tombstones">How many tombstones were left in it.</param>
    /// <param name="now">The storage service's time, when the copy comes to count or shortly before.</param>
    public SegmentRow RowOf(SegmentRow copy, long tombstones, long now) =>
        IsPartial
            ? copy with { CleanedAt = null, CleanedTo = MappedEnd, Tombstones = tombstones }
            : copy with { CleanedAt = CleanedAt(now), CleanedTo = null, Tombstones = tombstones };

    /// <summary>The rows that change where nothing is rewritten.</summary>
    /// <param name="now">The storage service's time.</param>
    public ImmutableArray<(SegmentRow Old, SegmentRow New)> RowsMarked(long now) =>
    [
        .. Sources
            .Where(static source => source.IsDirty)
            .Select(source => (source.Row, source.Row with
            {
                CleanedAt = IsPartial ? null : now,
                CleanedTo = IsPartial ? MappedEnd : null,
                Tombstones = source.Tombstones,
            })),
    ];

    // What keeps the clock of tombstones is the segment that got it last; segments without any keep none.
    private long CleanedAt(long now) =>
        Sources.Where(static source => source.Tombstones > 0).Max(source => (long?)source.CleanedAt(now))
        ?? Sources.Max(source => source.CleanedAt(now));
}
