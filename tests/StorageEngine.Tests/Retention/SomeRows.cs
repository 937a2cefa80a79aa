using System.Collections.Immutable;
using System.Globalization;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Log.Rows;
using Serverless.StorageEngine.Retention.Rows;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.Retention;

/// <summary>Rows of logs for rules: segments of ten records and 100 bytes, one behind the other, unless a test says
/// otherwise.</summary>
internal static class SomeRows
{
    public const long DayMs = 24 * 60 * 60 * 1000L;

    public static readonly DateTimeOffset Now = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);

    public static readonly LogId Id = new((UInt128)7 << 24);

    public static long NowMs => Now.ToUnixTimeMilliseconds();

    public static TopicConfig Config(params string[] settings) => new(
        settings.Select(static one => one.Split('=')).ToImmutableSortedDictionary(static p => p[0], static p => p[1]),
        ImmutableSortedDictionary<string, string>.Empty);

    /// <summary>A log of sealed segments behind one another, and an active one behind them.</summary>
    public static LogRows Rows(params SegmentRow[] segments) => new(
        Id,
        new HeadRow("active", segments.Length == 0 ? 0 : segments[^1].NextOffset, 0, 0, Deleted: false),
        new RowVersion("head"),
        Now,
        [.. segments.Select(static row => new StoredSegment(row, new RowVersion(row.Segment), Now))],
        0,
        []);

    public static LogRows With(this LogRows rows, params DiscardRow[] discards) => rows with
    {
        Discards = [.. discards.Select(static row => new StoredDiscard(row, new RowVersion(row.Segment), Now))],
    };

    public static LogRows StartingAt(this LogRows rows, long logStart) =>
        rows with { Head = rows.Head with { LogStartOffset = logStart } };

    /// <summary>Segment number <paramref name="place"/> of a log.</summary>
    /// <param name="place">From 0 on; it begins at ten times this offset.</param>
    /// <param name="ageMs">How old its youngest record is, and since when it is sealed.</param>
    /// <param name="bytes">Its length.</param>
    public static SegmentRow Segment(int place, long ageMs = 0, long bytes = 100) => new(
        string.Create(CultureInfo.InvariantCulture, $"t/p/{place * 10:D19}-{place:x16}"),
        place * 10,
        (place + 1) * 10,
        bytes,
        2,
        NowMs - ageMs,
        NowMs - ageMs,
        NowMs - ageMs,
        NowMs - ageMs,
        bytes - 10,
        1024,
        [],
        place,
        NowMs - ageMs);

    public static string[] Names(IEnumerable<StoredSegment> segments) =>
        [.. segments.Select(static segment => segment.Row.Segment)];
}
