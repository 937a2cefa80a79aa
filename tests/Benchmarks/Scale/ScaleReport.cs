using System.Globalization;

namespace Serverless.Benchmarks.Scale;

/// <summary>The tables of the scale part of a report.</summary>
internal static class ScaleReport
{
    private const string Costs =
        "CPU µs | bytes allocated | appends | segment reads | table operations | bytes read";

    private const double AddedDelayMsMax = 50;

    private const string Rule = "---:|---:|---:|---:|---:|---:|";

    /// <summary>One table for each kind of growth.</summary>
    public static IEnumerable<string> Lines(ScaleResult result) =>
    [
        "Stores in memory, records of 100 bytes; each cost is that of one operation, on average. Calls and bytes follow from "
            + "the sizes alone; processor time has the noise of the machine.",
        "",
        "## A partition grows",
        "",
        "Batches of 1,000 records; a segment is sealed after ten of them.",
        "",
        $"| operation | records | segments | {Costs} |",
        $"|---|---:|---:|{Rule}",
        .. result.Log.OrderBy(static row => row.Operation).Select(static row =>
            Text($"| {row.Operation} | {row.Records:N0} | {row.Segments:N0} | {Cost(row.Cost)} |")),
        "",
        "## A topic gets partitions",
        "",
        Text($"An open partition takes {result.BytesPerOpenLog / 1024:N1} KiB of managed memory, its segment in the ")
            + "store and its record included.",
        "",
        $"| operation | partitions | {Costs} |",
        $"|---|---:|{Rule}",
        .. result.Partitions.OrderBy(static row => row.Operation).Select(static row =>
            Text($"| {row.Operation} | {row.Partitions:N0} | {Cost(row.Cost)} |")),
        "",
        "## A partition gets readers",
        "",
        "All of them wait at the tail, at the node that leads. A cost is that of one record: its append, the waking of all "
            + "readers and their fetches. A delay is from the acknowledgement to a reader, in real time.",
        "",
        "| Target | bound | measured | |",
        "|---|---:|---:|---|",
        Target(result.Readers[^1].Readers, result.Readers[^1].DelayMs.P99 - result.Readers[0].DelayMs.P99),
        "",
        $"| readers | CPU µs/reader | {Costs} | delay p50 ms | p99 ms |",
        $"|---:|---:|{Rule}---:|---:|",
        .. result.Readers.Select(static row =>
            Text($"| {row.Readers:N0} | {row.Append.CpuMicros / row.Readers:N1} | {Cost(row.Append)} ")
            + Text($"| {row.DelayMs.P50:F2} | {row.DelayMs.P99:F2} |")),
    ];

    private static string Target(int readers, double addedMs) =>
        Text($"| {readers:N0} readers: added delay p99, ms | {AddedDelayMsMax} | {addedMs:N2} ")
        + (addedMs <= AddedDelayMsMax ? "| met |" : "| **missed** |");

    private static string Cost(ScaleCost cost) =>
        Text($"{cost.CpuMicros:N1} | {cost.AllocatedBytes:N0} | {cost.Appends:0.##} | {cost.Reads:0.##} ")
        + Text($"| {cost.TableOperations:0.##} | {cost.BytesRead:N0}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
