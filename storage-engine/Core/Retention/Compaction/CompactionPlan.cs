using System.Collections.Immutable;
using Serverless.StorageEngine.Log.Rows;

namespace Serverless.StorageEngine.Retention.Compaction;

/// <summary>What one compaction of a log is about: the segments from the log's start to the last one that may be
/// cleaned.</summary>
/// <param name="Segments">Sealed neighbours in the order of the log: first the clean ones, then the dirty ones.</param>
/// <param name="FirstDirty">The place of the first dirty segment; as many as there are segments when none is.</param>
/// <param name="Cause">Why it is due.</param>
internal sealed record CompactionPlan(ImmutableArray<SegmentRow> Segments, int FirstDirty, CompactionCause Cause)
{
    /// <summary>The first offset whose key no compaction has looked at; the end of the range when there is
    /// none.</summary>
    public long DirtyOffset => FirstDirty == Segments.Length
        ? EndOffset
        : Segments[FirstDirty].CleanedTo ?? Segments[FirstDirty].BaseOffset;

    /// <summary>The offset behind the last segment.</summary>
    public long EndOffset => Segments[^1].NextOffset;

    /// <summary>The dirty segments.</summary>
    public ReadOnlySpan<SegmentRow> Dirty => Segments.AsSpan()[FirstDirty..];
}
