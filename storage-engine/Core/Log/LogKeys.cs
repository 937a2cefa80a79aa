using System.Globalization;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Log;

/// <summary>The names that logs use in the two stores; persisted, so they never change (<c>FORMAT.md</c>,
/// names).</summary>
internal static class LogKeys
{
    // What lifecycle rules of an account select by.
    private const string CopyPrefix = "copies/";

    /// <summary>The table partition that holds a log's rows.</summary>
    public static string Partition(LogId log) => $"log|{log}";

    /// <summary>The head row: the active segment, the last checkpoint, the log start offset.</summary>
    public static string Head(LogId log) => $"head|{log}";

    /// <summary>The lease row: who leads.</summary>
    public static string Lease(LogId log) => $"lease|{log}";

    /// <summary>
    /// The row of a sealed segment. Tables answer in ascending order only and "the last segment that begins at or
    /// before an offset" is what a fetch asks for, so the key counts down.
    /// </summary>
    public static string Segment(LogId log, long baseOffset) =>
        string.Create(CultureInfo.InvariantCulture, $"segment|{log}|{long.MaxValue - baseOffset:D19}");

    /// <summary>All segments that begin at or before an offset, the last one first.</summary>
    public static RowRange SegmentsUpTo(LogId log, long offset) =>
        new(Segment(log, offset), RowRange.Prefix($"segment|{log}|").To);

    /// <summary>The row of a segment that no segment row names; the last part of its name is unique in the
    /// log.</summary>
    public static string Discard(LogId log, SegmentName segment) =>
        $"discard|{log}|{segment.Value[(segment.Value.LastIndexOf('/') + 1)..]}";

    /// <summary>All segments that no segment row names, by their first offset.</summary>
    public static RowRange Discards(LogId log) => RowRange.Prefix($"discard|{log}|");

    /// <summary>All sealed segments, the last one first.</summary>
    public static RowRange Segments(LogId log) => RowRange.Prefix($"segment|{log}|");

    /// <summary>The head row and the lease row, in this order.</summary>
    public static RowRange HeadAndLease(LogId log) => new(Head(log), RowRange.Prefix(Lease(log)).To);

    /// <summary>
    /// A segment's name: topic id, partition, first offset and a creation nonce. Never used again, so that an append
    /// that was delayed in the network cannot enter another segment.
    /// </summary>
    public static SegmentName SegmentName(PartitionId partition, long baseOffset, long nonce) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{partition}/{baseOffset:D19}-{nonce:x16}"));

    /// <summary>A copy's name: a sealed segment, or several neighbours, rewritten as a whole. Never used
    /// again.</summary>
    public static SegmentName CopyName(PartitionId partition, long baseOffset, long nonce) =>
        new(CopyPrefix + SegmentName(partition, baseOffset, nonce).Value);

    /// <summary>The partition that a copy is of.</summary>
    /// <exception cref="CorruptDataException">The name is none that <see cref="CopyName"/> makes.</exception>
    public static PartitionId PartitionOfCopy(SegmentName copy) =>
        copy.Value.Split('/') is [_, var topic, var index, _]
        && int.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out var partition)
            ? new PartitionId(TopicId.Parse(topic), partition)
            : throw new CorruptDataException($"Expected the name of a copy, found '{copy}'.");

    /// <summary>The prefix of all copies of a topic.</summary>
    public static string CopiesPrefix(TopicId topic) => CopyPrefix + SegmentPrefix(topic);

    /// <summary>The prefix of all segments of one partition.</summary>
    public static string SegmentPrefix(PartitionId partition) => $"{partition}/";

    /// <summary>The prefix of all segments of a topic.</summary>
    public static string SegmentPrefix(TopicId topic) => $"{topic}/";
}
