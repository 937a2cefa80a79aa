using System.Text.Json;
using Serverless.StorageEngine.Diagnostics;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Log.Rows;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Retention.Rows;

/// <summary>The transactions by which segments cease or come to count. Pure. The head row's change stands
/// first.</summary>
/// <remarks>
/// What takes segments away or brings them in is conditional on the head row, so that it does not happen to a deleted
/// log, and on the very version of each segment's row, so that it does not happen twice. A segment whose row goes gets
/// a discard in the same transaction: no bytes are ever without a row that tells of them.
/// </remarks>
internal static class LogRowChanges
{
    /// <summary>Lets the oldest segments cease to count, and the log begin behind them.</summary>
    public static RowChange[] Retire(LogRows rows, IReadOnlyList<StoredSegment> segments, long logStart)
    {
        Invariant.Holds(segments.Count is > 0 and <= LogRowsLimits.SegmentsChangedMax);
        Invariant.Holds(segments.All(segment => rows.IsBehindUs(segment.Row)));
        Invariant.Holds(segments.All(segment => segment.Row.NextOffset <= logStart));
        return
        [
            new RowChange.Replace(LogKeys.Head(rows.Log), Serialize(RaiseStart(rows.Head, logStart)), rows.HeadVersion),
            .. segments.Select(segment => Remove(rows.Log, segment)),
            .. segments.Where(segment => !IsDiscarded(rows, segment)).Select(segment => Discard(rows.Log, segment)),
        ];
    }

    /// <summary>Announces a copy before its first byte is written.</summary>
    public static RowChange[] BeginCopy(LogId log, RowVersion headVersion, SegmentName copy) =>
    [
        new RowChange.Check(LogKeys.Head(log), headVersion),
        new RowChange.Insert(LogKeys.Discard(log, copy), Serialize(new DiscardRow(copy.Value, DiscardState.Copying))),
    ];

    /// <summary>Lets a copy count instead of the segments that it was made of.</summary>
    /// <param name="log">Which log.</param>
    /// <param name="headVersion">The head row's version, of a log that is not deleted.</param>
    /// <param name="segments">Neighbours in the order of the log.</param>
    /// <param name="copy">The copy's row; begins where the first of them begins.</param>
    /// <param name="copying">The copy's discard.</param>
    public static RowChange[] Switch(
        LogId log,
        RowVersion headVersion,
        IReadOnlyList<StoredSegment> segments,
        SegmentRow copy,
        StoredDiscard copying)
    {
        Invariant.Holds(segments.Count is > 0 and <= LogRowsLimits.SegmentsChangedMax);
        Invariant.Holds(copying.Row == new DiscardRow(copy.Segment, DiscardState.Copying));
        Invariant.Holds(copy.BaseOffset == segments[0].Row.BaseOffset);
        Invariant.Holds(copy.NextOffset == segments[^1].Row.NextOffset);
        return
        [
            new RowChange.Check(LogKeys.Head(log), headVersion),
            new RowChange.Replace(LogKeys.Segment(log, copy.BaseOffset), Serialize(copy), segments[0].Version),
            .. segments.Skip(1).Select(segment => Remove(log, segment)),
            new RowChange.Delete(LogKeys.Discard(log, copy.SegmentName()), copying.Version),
            .. segments.Select(segment => Discard(log, segment)),
        ];
    }

    /// <summary>Changes what rows say of segments that stay as they are.</summary>
    /// <param name="log">Which log.</param>
    /// <param name="headVersion">The head row's version, of a log that is not deleted.</param>
    /// <param name="segments">The rows as they were read, and the whole rows that are to stand there.</param>
    public static RowChange[] Mark(
        LogId log, RowVersion headVersion, IReadOnlyList<(StoredSegment Old, SegmentRow New)> segments)
    {
        Invariant.Holds(segments.Count is > 0 and < TableLimits.TransactionRowsMax);
        Invariant.Holds(segments.All(static one =>
            one.Old.Row.Segment == one.New.Segment && one.Old.Row.BaseOffset == one.New.BaseOffset));
        return
        [
            new RowChange.Check(LogKeys.Head(log), headVersion),
            .. segments.Select(one => new RowChange.Replace(
                LogKeys.Segment(log, one.New.BaseOffset), Serialize(one.New), one.Old.Version)),
        ];
    }

    /// <summary>Gives a copy up that was not finished in time: from now on it cannot come to count.</summary>
    public static RowChange GiveUp(LogId log, StoredDiscard copying)
    {
        Invariant.Holds(copying.Row.State == DiscardState.Copying);
        return new RowChange.Replace(KeyOf(log, copying), Serialize(GivenUp(copying)), copying.Version);
    }

    /// <summary>Gives up copies that no row names.</summary>
    /// <param name="log">Which log.</param>
    /// <param name="headVersion">The head row's version, read before the rows of the segments: if one of the copies
    /// has come to count since, it has moved; and a copy that was announced, or is retired, has a discard.</param>
    /// <param name="copies">The copies.</param>
    public static RowChange[] GiveUpStrays(LogId log, RowVersion headVersion, IReadOnlyList<SegmentName> copies)
    {
        Invariant.Holds(copies.Count is > 0 and <= LogRowsLimits.StraysMax);
        return
        [
            new RowChange.Check(LogKeys.Head(log), headVersion),
            .. copies.Select(copy => new RowChange.Insert(
                LogKeys.Discard(log, copy), Serialize(new DiscardRow(copy.Value, DiscardState.Deleting)))),
        ];
    }

    /// <summary>What <see cref="GiveUp"/> makes of a discard.</summary>
    public static DiscardRow GivenUp(StoredDiscard copying) => copying.Row with { State = DiscardState.Deleting };

    /// <summary>Forgets discards whose bytes are gone.</summary>
    public static RowChange[] Forget(LogId log, IReadOnlyList<StoredDiscard> discards)
    {
        Invariant.Holds(discards.Count is > 0 and <= TableLimits.TransactionRowsMax);
        Invariant.Holds(discards.All(static discard => discard.Row.State != DiscardState.Copying));
        return [.. discards.Select(discard => new RowChange.Delete(KeyOf(log, discard), discard.Version))];
    }

    /// <summary>The key of a discard.</summary>
    public static string KeyOf(LogId log, StoredDiscard discard) => LogKeys.Discard(log, discard.Row.SegmentName());

    // A row that a node wrote late, when its segment had been retired before: the discard is there.
    private static bool IsDiscarded(LogRows rows, StoredSegment segment) =>
        rows.Discards.Any(discard => discard.Row.Segment == segment.Row.Segment);

    private static HeadRow RaiseStart(HeadRow head, long offset) =>
        head with { LogStartOffset = Math.Max(head.LogStartOffset, offset) };

    private static RowChange.Delete Remove(LogId log, StoredSegment segment) =>
        new(LogKeys.Segment(log, segment.Row.BaseOffset), segment.Version);

    private static RowChange.Insert Discard(LogId log, StoredSegment segment) => new(
        LogKeys.Discard(log, segment.Row.SegmentName()),
        Serialize(new DiscardRow(segment.Row.Segment, DiscardState.Retired, segment.Row.Bytes)));

    private static byte[] Serialize(HeadRow row) =>
        JsonSerializer.SerializeToUtf8Bytes(row, LogRowsJson.Default.HeadRow);

    private static byte[] Serialize(SegmentRow row) =>
        JsonSerializer.SerializeToUtf8Bytes(row, LogRowsJson.Default.SegmentRow);

    private static byte[] Serialize(DiscardRow row) =>
        JsonSerializer.SerializeToUtf8Bytes(row, LogRowsJson.Default.DiscardRow);
}
