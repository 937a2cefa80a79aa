using System.Globalization;

namespace Serverless.Benchmarks.Latency;

/// <summary>The tables of the latency part of a report.</summary>
internal static class LatencyReport
{
    private const string Columns = "p50 ms | p99 ms | p99.9 ms";

    /// <summary>The targets first, then a table for each kind of scenario.</summary>
    public static IEnumerable<string> Lines(LatencyResult result) =>
    [
        Text($"Storage is a model in simulated time: an append takes {LatencyModel.Default.AppendMeanMs:N0} ms on average, ")
            + Text($"a read or a call of the table {LatencyModel.Default.ReadMeanMs:N0} ms, log-normal with σ = ")
            + Text($"{LatencyModel.Default.Sigma:F1}; a blob that gets more than ")
            + Text($"{LatencyModel.Default.AppendsPerSecondMax} appends in a second refuses the rest. Computing takes no ")
            + "time, and neither do bytes. So the figures follow from the seeds alone, on any machine.",
        "",
        "## Targets",
        "",
        "\"One append\" is the median of the raw store's appends.",
        "",
        "| Target | bound | measured | |",
        "|---|---:|---:|---|",
        .. Targets(result),
        "",
        "## Acknowledgements of one node, one partition",
        "",
        $"| Clients | {Columns} | p50 / one append | p99 / one append | records/append |",
        "|---|---:|---:|---:|---:|---:|---:|",
        AloneRow("raw store, one append after the other", result.Raw, result.Raw),
        .. result.Alone.Select(one => AloneRow(one.Name, one.Run, result.Raw)),
        "",
        "## Nodes that write one keyed partition",
        "",
        Text($"No node has an address, so none forwards; each gets {LatencyBenchmark.ContendedPerSecond:N0} records a second at ")
            + "random moments, one a request.",
        "",
        $"| nodes | append.interval.ms | {Columns} | appends/commit | records/append | reads/append | refused |",
        "|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
        .. result.Contended.Select(ContendedRow),
        "",
        "## Readers that wait at the tail, at another node than the leader",
        "",
        "Ten records a second; a delay is from the request that writes a record to its arrival at a reader.",
        "",
        $"| readers | storage reads | of one reader | delay {Columns} |",
        "|---:|---:|---:|---:|---:|---:|",
        .. result.Readers.Select(one => ReaderRow(one.Readers, one.Run, result.Readers[0].Run)),
        "",
        .. BusyLines(result),
    ];

    private static IEnumerable<string> BusyLines(LatencyResult result) =>
    [
        "## Partitions that always have something waiting",
        "",
        "At `append.interval.ms=0`. The raw store gets blocks of the engine's average size, one in flight for each blob, as "
            + "many blobs as partitions. Blocks take as long whatever their size.",
        "",
        $"| record | records/request | partitions | nodes | in flight | records/s | MB/s | engine/raw | {Columns} "
            + "| appends/1,000 records |",
        "|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
        .. result.Busy.Select(static one => BusyRow(one.Load, one.Log, one.Raw)),
    ];

    private static IEnumerable<string> Targets(LatencyResult result)
    {
        var one = result.Raw.Acks.P50;
        yield return Target("idle: p50, in appends", 1.1, result.Alone[0].Run.Acks.P50 / one);
        yield return Target("one writer at 0 ms: p99, in appends", 3, result.Alone[2].Run.Acks.P99 / one);
        var eight = result.ContendedBy(8, 250);
        yield return Target("8 nodes on one keyed partition at 250 ms: p99, ms", 400, eight.Acks.P99);
        yield return Target("the same: appends per commit", 1.3, eight.Counts.AppendsPerCommit);
        var (few, many) = (result.Readers[0].Run, result.Readers[^1].Run);
        yield return Target("1,000 readers: storage reads, of one reader's", 1.1, (double)many.Reads / few.Reads);
    }

    private static string Target(string name, double bound, double measured) =>
        Text($"| {name} | {bound:0.##} | {measured:N2} | {(measured <= bound ? "met" : "**missed**")} |");

    private static string AloneRow(string name, AckRun run, AckRun raw) =>
        Text($"| {name} | {Spread(run)} | {run.Acks.P50 / raw.Acks.P50:F2} | {run.Acks.P99 / raw.Acks.P50:F2} ")
        + Text($"| {RecordsPerAppend(run):F1} |");

    private static string ContendedRow((int Nodes, int IntervalMs, AckRun Run) one) =>
        Text($"| {one.Nodes} | {one.IntervalMs} | {Spread(one.Run)} | {one.Run.Counts.AppendsPerCommit:F2} ")
        + Text($"| {RecordsPerAppend(one.Run):F1} ")
        + Text($"| {(double)one.Run.Counts.Reads / one.Run.Counts.Appends:F2} | {one.Run.Failed} |");

    private static string ReaderRow(int readers, TailRun run, TailRun one) =>
        Text($"| {readers:N0} | {run.Reads:N0} | {(double)run.Reads / one.Reads:F2} ")
        + Text($"| {run.Delays.P50:F1} | {run.Delays.P99:F1} | {run.Delays.P999:F1} |");

    private static string BusyRow(BusyLoad load, AckRun log, AckRun raw)
    {
        var records = (double)log.AcksMs.Count * load.RecordsPerRequest;
        var megabytes = log.Counts.BytesStored / log.Seconds / 1e6;
        return Text($"| {load.RecordBytes:N0} B | {load.RecordsPerRequest:N0} | {load.Partitions} | {load.Nodes} ")
            + Text($"| {load.InFlight} ")
            + Text($"| {records / log.Seconds:N0} | {megabytes:N1} ")
            + Text($"| {megabytes / (raw.Counts.BytesStored / raw.Seconds / 1e6):P0} | {Spread(log)} ")
            + Text($"| {log.Counts.Appends * 1_000 / records:N2} |");
    }

    private static double RecordsPerAppend(AckRun run) => (double)run.AcksMs.Count / run.Counts.Appends;

    private static string Spread(AckRun run) => Text($"{run.Acks.P50:F1} | {run.Acks.P99:F1} | {run.Acks.P999:F1}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
