using Serverless.StorageEngine.Log.Blocks;
using Serverless.StorageEngine.Log.Rows;

namespace Serverless.StorageEngine.Retention.Copies;

/// <summary>A copy that exists and that no row names yet.</summary>
/// <param name="Job">What it is a copy of.</param>
/// <param name="Summary">What it says of itself.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Blocks">Its number of blocks, the last one included.</param>
/// <param name="LastPosition">Where its last block begins: the one without records.</param>
/// <param name="Tombstones">How many of its records have no value, as far as a compaction has counted.</param>
internal sealed record CopiedSegment(
    CopyJob Job, CopySummary Summary, long Bytes, int Blocks, long LastPosition, long Tombstones)
{
    /// <summary>Batches with records that were to go and stayed: what was to stay of them fits into no batch.</summary>
    public long BatchesKeptWhole { get; init; }

    /// <summary>The row that makes it stand for its sources.</summary>
    /// <param name="cleanedAt">When a compaction first took out what was outdated, in storage time, milliseconds since
    /// 1970; null when none has.</param>
    public SegmentRow Row(long? cleanedAt)
    {
        var (first, last) = (Job.Sources[0], Job.Sources[^1]);
        return new SegmentRow(
            Job.Target.Value,
            Job.BaseOffset,
            Job.NextOffset,
            Bytes,
            Blocks,
            first.CreatedAt,
            last.SealedAt,
            Summary.MinTimestamp,
            last.MaxTimestamp,
            LastPosition,
            Summary.Index.IntervalBytes,
            SegmentRow.Encode(Summary.Index.Entries),
            last.SealBlock,
            Summary.LargestTimestamp,
            Copied: true,
            cleanedAt,
            Tombstones);
    }
}
