using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Log;

/// <summary>The segment of a partition's log that still grows, at one moment.</summary>
/// <param name="Bytes">Its length.</param>
/// <param name="Blocks">How many blocks it holds; each was one append to it.</param>
/// <param name="NextBlockNumber">How many blocks the whole log has got since its beginning.</param>
/// <param name="CreatedAt">When its first block was written, in milliseconds since 1970; meaningless while it has
/// none.</param>
public readonly record struct ActiveSegment(long Bytes, int Blocks, long NextBlockNumber, long CreatedAt)
{
    /// <summary>Its name; that of no segment while nothing was ever appended.</summary>
    public SegmentName Name { get; init; }

    /// <summary>Its first offset.</summary>
    public long BaseOffset { get; init; }

    /// <summary>The offset behind its last record.</summary>
    public long NextOffset { get; init; }

    /// <summary>The largest timestamp of its records, in milliseconds since 1970; -1 without any.</summary>
    public long LargestTimestamp { get; init; }

    /// <summary>Whether it has records.</summary>
    public bool HasRecords => NextOffset > BaseOffset;
}
