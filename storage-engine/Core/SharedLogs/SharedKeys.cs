using System.Globalization;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.SharedLogs;

/// <summary>The names that shared logs use in the two stores; persisted, so they never change (<c>FORMAT.md</c>,
/// shared logs).</summary>
internal static class SharedKeys
{
    /// <summary>The table partition that lists all shared logs.</summary>
    public const string Registry = "shared";

    /// <summary>What the names of all segments begin with that lie in a shared log.</summary>
    public const string SegmentPrefix = "shared/";

    private const string CarrierPrefix = "carriers/";

    /// <summary>A segment of a partition in a shared log. Never used again.</summary>
    public static SegmentName SegmentName(SharedLogId log, PartitionId partition, long baseOffset, long nonce) =>
        new(PrefixOf(log) + LogKeys.SegmentName(partition, baseOffset, nonce).Value);

    /// <summary>What the names of a shared log's segments begin with.</summary>
    public static string PrefixOf(SharedLogId log) => $"{SegmentPrefix}{log}/";

    /// <summary>The shared log that carries a segment; null when the segment has a blob of its own.</summary>
    public static SharedLogId? LogOf(string segment)
    {
        if (!segment.StartsWith(SegmentPrefix, StringComparison.Ordinal))
        {
            return null;
        }

        var end = segment.IndexOf('/', SegmentPrefix.Length);
        return end < 0 ? null : new SharedLogId(segment[SegmentPrefix.Length..end]);
    }

    /// <summary>Whether a segment lies in a shared log; no segment does not.</summary>
    public static bool IsShared(SegmentName segment) => segment.Value is { } name && LogOf(name) is not null;

    /// <summary>A carrier's name: a blob that holds the blocks of a shared log. Never used again.</summary>
    public static SegmentName CarrierName(SharedLogId log, int number, long nonce) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{CarriersOf(log)}{number:D10}-{nonce:x16}"));

    /// <summary>What the names of a shared log's carriers begin with.</summary>
    public static string CarriersOf(SharedLogId log) => $"{CarrierPrefix}{log}/";

    /// <summary>The table partition that holds a shared log's rows.</summary>
    public static string Partition(SharedLogId log) => $"shared|{log}";

    /// <summary>The row in <see cref="Registry"/> that says that a shared log exists.</summary>
    public static string Registration(SharedLogId log) => $"log|{log}";

    /// <summary>The registrations of all shared logs whose names begin with <paramref name="prefix"/>.</summary>
    public static RowRange Registrations(string prefix) => RowRange.Prefix($"log|{prefix}");

    /// <summary>The head row: where to open the shared log from.</summary>
    public static string Head(SharedLogId log) => $"head|{log}";

    /// <summary>The row of a sealed carrier. The key counts down, because "the last one at or before a number" is what
    /// a reader asks for.</summary>
    public static string Carrier(SharedLogId log, int number) =>
        string.Create(CultureInfo.InvariantCulture, $"carrier|{log}|{int.MaxValue - number:D10}");

    /// <summary>The carriers up to a number, the last one first.</summary>
    public static RowRange CarriersUpTo(SharedLogId log, int number) =>
        new(Carrier(log, number), Carriers(log).To);

    /// <summary>All sealed carriers, the last one first.</summary>
    public static RowRange Carriers(SharedLogId log) => RowRange.Prefix($"carrier|{log}|");
}
