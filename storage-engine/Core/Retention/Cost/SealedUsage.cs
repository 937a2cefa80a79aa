using Serverless.StorageEngine.Log.Rows;
using Serverless.StorageEngine.SharedLogs;

namespace Serverless.StorageEngine.Retention.Cost;

/// <summary>A sealed segment as the bill sees it.</summary>
/// <param name="Bytes">Its length.</param>
/// <param name="Copied">Whether it is a copy, which may lie in a cooler tier.</param>
/// <param name="Blocks">How many blocks it holds.</param>
/// <param name="SealBlock">The seal's number in the log; -1 when that is not known.</param>
/// <param name="CreatedAt">When its first block was written, in milliseconds since 1970.</param>
/// <param name="SealedAt">When its seal was written, in milliseconds since 1970.</param>
internal readonly record struct SealedUsage(
    long Bytes, bool Copied, int Blocks, long SealBlock, long CreatedAt, long SealedAt)
{
    /// <summary>Whether it lies in a shared log: its blocks were no appends of their own. A copy does not tell.</summary>
    public bool IsShared { get; init; }

    /// <summary>What a segment's row says.</summary>
    public static SealedUsage Of(SegmentRow row) =>
        new(row.Bytes, row.Copied, row.Blocks, row.SealBlock, row.CreatedAt, row.SealedAt)
        {
            IsShared = SharedKeys.LogOf(row.Segment) is not null,
        };
}
