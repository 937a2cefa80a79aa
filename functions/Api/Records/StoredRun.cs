namespace Serverless.Functions.Api.Records;

/// <summary>Records of a batch that are in the log one behind the other.</summary>
/// <param name="FirstIndex">The place of the first one in the batch.</param>
/// <param name="Records">Their number, at least 1.</param>
/// <param name="BaseOffset">The offset of the first one.</param>
/// <param name="LogAppendTime">
/// The timestamp that the log gave to all of them, or null when they keep their own.
/// </param>
/// <param name="Duplicate">Whether an earlier request had stored them.</param>
internal readonly record struct StoredRun(
    int FirstIndex, int Records, long BaseOffset, long? LogAppendTime, bool Duplicate)
{
    /// <summary>The offset behind the last one.</summary>
    public long NextOffset => BaseOffset + Records;

    /// <summary>The timestamp that a record carries in the log, in milliseconds since 1970.</summary>
    /// <param name="timestamp">What this request would have given it.</param>
    /// <param name="isOwn">Whether the client gave it.</param>
    /// <returns>
    /// Null when only the log knows: a record without a timestamp of its own got the moment of the first try.
    /// </returns>
    public long? TimestampOf(long timestamp, bool isOwn) =>
        LogAppendTime ?? (Duplicate && !isOwn ? null : timestamp);

    /// <summary>The offset of the record at a place of the batch that lies in this run.</summary>
    public long OffsetOf(int index) => BaseOffset + index - FirstIndex;
}
