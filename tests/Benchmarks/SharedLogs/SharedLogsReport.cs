using System.Globalization;

namespace Serverless.Benchmarks.SharedLogs;

/// <summary>The tables of the shared-logs part of a report.</summary>
internal static class SharedLogsReport
{
    /// <summary>One table for busy partitions, one for full blocks.</summary>
    public static IEnumerable<string> Lines(
        IReadOnlyList<SharedLogsResult> busy, IReadOnlyList<(string Log, Bill Writing, Bill Keeping)> full) =>
    [
        "## Busy partitions",
        "",
        "Each partition has a record of 1 KiB waiting all the time. A month is 730 hours of that; for shared logs with a keeper's run each "
        + "hour that gives each partition its copy. Dollars are list prices of a hot, locally redundant account, for operations alone.",
        "",
        "| partitions | append.interval.ms | log | records/s | writes/s | writes/million records | bytes written/byte of records | $/month | $/GiB | dedicated/shared |",
        "|---:|---:|---|---:|---:|---:|---:|---:|---:|---:|",
        .. busy.Select(result => Row(result, busy)),
        "",
        "## Full blocks",
        "",
        "Eight partitions get batches of 1 MB as fast as they take them. Operations for a GiB of records.",
        "",
        "| log | writes | reads | table operations | $/GiB | with the keeper's copies, $/GiB |",
        "|---|---:|---:|---:|---:|---:|",
        .. full.Select(Row),
    ];

    private static string Row(SharedLogsResult result, IReadOnlyList<SharedLogsResult> all)
    {
        var other = all.First(one => (one.Log, one.Partitions, one.IntervalMs)
            == ("dedicated", result.Partitions, result.IntervalMs));
        var ratio = result.Log == "dedicated" ? "" : Text($"{other.Month.Dollars / result.Month.Dollars:F1}");
        return Text($"| {result.Partitions:N0} | {result.IntervalMs} | {result.Log} | {result.Records / result.Seconds:N0} ")
            + Text($"| {result.Writing.Writes / result.Seconds:N1} ")
            + Text($"| {result.Writing.Writes * 1e6 / result.Records:N0} ")
            + Text($"| {result.BytesWritten / (result.Records * 1024.0):F2} ")
            + Text($"| {result.Month.Dollars:N2} | {result.Gibibyte.Dollars:F4} | {ratio} |");
    }

    private static string Row((string Log, Bill Writing, Bill Keeping) full)
    {
        var both = full.Writing + full.Keeping;
        return Text($"| {full.Log} | {both.Writes:N0} | {both.Reads:N0} | {both.TableOperations:N0} ")
            + Text($"| {full.Writing.Dollars:F4} | {both.Dollars:F4} |");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
