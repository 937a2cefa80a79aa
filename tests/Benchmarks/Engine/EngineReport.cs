using System.Globalization;
using Serverless.Benchmarks.Measuring;

namespace Serverless.Benchmarks.Engine;

/// <summary>The tables of the engine's part of a report.</summary>
internal static class EngineReport
{
    private const double Mega = 1e6;
    private const double LargeBlockBytes = 256 * 1024;
    private const string Columns = "store | record | records/request | partitions | nodes | in flight";
    private const string ColumnsRule = "---|---:|---:|---:|---:|---:";

    /// <summary>The targets, then a table for produce, one for waiting and memory, one for fetch.</summary>
    public static IEnumerable<string> Lines(IReadOnlyList<WorkloadResult> results)
    {
        var read = results.Where(static result => result.Workload.Store != StoreKind.Nothing).ToArray();
        return
        [
            "The raw store takes blocks of the size that the engine made of the requests, one in flight for each "
                + "partition, and is read in such blocks by as many readers as the engine has requests in flight. "
                + "`nothing` is a store that counts appends and forgets them, so that what is left is the engine.",
            "",
            "## Targets",
            "",
            "| Target | bound | measured | |",
            "|---|---:|---:|---|",
            .. Targets(results),
            "",
            "## Produce",
            "",
            $"| {Columns} | block | raw MB/s | engine MB/s | engine/raw (min–max) | engine records/s "
                + "| ack p50 ms | p99 ms | p99.9 ms |",
            $"|{ColumnsRule}|---:|---:|---:|---:|---:|---:|---:|---:|",
            .. results.Select(ProduceRow),
            "",
            "## Produce, for a record",
            "",
            $"| {Columns} | CPU µs | raw CPU µs | bytes allocated | raw | storage operations "
                + "| building the batch: CPU µs | peak memory MiB |",
            $"|{ColumnsRule}|---:|---:|---:|---:|---:|---:|---:|",
            .. results.Select(CostRow),
            "",
            "## Fetch",
            "",
            "By nodes that know nothing yet. The raw store reads into memory that it keeps, as the engine's cache does with "
                + "up to 40 MiB, and beside that into the same buffers again and again, which stay in the processor's "
                + "cache. The engine checks each block's CRC-32C. Logs that are larger than the cache are opened before; in the other "
                + "rows opening is measured with it, which reads what is behind the last checkpoint, up to 16 MiB.",
            "",
            $"| {Columns} | raw MB/s | the same buffers MB/s | engine MB/s | engine/raw (min–max) | engine records/s "
                + "| CPU µs/record (raw) | bytes allocated/record | storage operations/1,000 records |",
            $"|{ColumnsRule}|---:|---:|---:|---:|---:|---:|---:|---:|",
            .. read.Select(FetchRow),
        ];
    }

    private static IEnumerable<string> Targets(IReadOnlyList<WorkloadResult> results)
    {
        foreach (var (store, bound) in new[] { (StoreKind.Embedded, 0.9), (StoreKind.Azurite, 0.95) })
        {
            foreach (var result in results.Where(result =>
                result.Workload.Store == store && result.BlockBytes >= LargeBlockBytes))
            {
                var what = Text($"{result.Workload.RecordsPerRequest:N0} × {result.Workload.RecordBytes:N0} B, ")
                    + Text($"{result.Workload.Partitions} partitions, {result.Workload.Nodes} nodes, ")
                    + Text($"{result.Workload.InFlight} in flight");
                yield return AtLeast($"{Name(store)}, {what}: produce, of raw", bound, Produce(result).Median);
                yield return AtLeast($"{Name(store)}, {what}: fetch, of raw", bound, Fetch(result).Median);
            }
        }

        var alone = results.Where(static result => result.Workload.Store == StoreKind.Nothing).ToArray();
        foreach (var result in alone)
        {
            var cpu = result.Of(round =>
                (round.LogProduce.CpuSeconds - round.RawProduce.CpuSeconds) * Mega / result.Records);
            yield return AtMost(
                Text($"CPU µs for a record of 100 B, {result.Workload.RecordsPerRequest:N0} a request, ")
                    + Text($"{result.Workload.InFlight} in flight"),
                1.5,
                cpu);
        }

        if (alone is [.., var some, var most])
        {
            var further = most.Workload.RecordsPerRequest - some.Workload.RecordsPerRequest;
            var more = (BytesOf(most) - BytesOf(some)) / further;
            yield return AtMost("bytes allocated for each further record of a request", 0, Math.Round(more, 1));
        }
    }

    // What a request allocates.
    private static double BytesOf(WorkloadResult result) =>
        result.Of(round => (double)round.LogProduce.AllocatedBytes / result.Workload.Requests);

    private static (double Median, double Least, double Largest) Produce(WorkloadResult result) =>
        result.Ratio(static round => round.RawProduce, static round => round.LogProduce);

    private static (double Median, double Least, double Largest) Fetch(WorkloadResult result) =>
        result.Ratio(static round => round.RawFetch, static round => round.LogFetch);

    private static string ProduceRow(WorkloadResult result)
    {
        var (ratio, least, largest) = Produce(result);
        return Text($"| {result.Workload.Name} | {Size(result.BlockBytes)} ")
            + Text($"| {Speed(result, static round => round.RawProduce)} ")
            + Text($"| {Speed(result, static round => round.LogProduce)} | {ratio:P0} ({least:P0}–{largest:P0}) ")
            + Text($"| {result.Of(round => result.Records / round.LogProduce.Seconds):N0} ")
            + Text($"| {result.Of(static round => round.AcksMs.P50):N2} ")
            + Text($"| {result.Of(static round => round.AcksMs.P99):N2} ")
            + Text($"| {result.Of(static round => round.AcksMs.P999):N2} |");
    }

    private static string CostRow(WorkloadResult result)
    {
        double Each(Func<RoundResult, double> total) => result.Of(round => total(round) / result.Records);
        return Text($"| {result.Workload.Name} | {Each(static round => round.LogProduce.CpuSeconds * Mega):N2} ")
            + Text($"| {Each(static round => round.RawProduce.CpuSeconds * Mega):N2} ")
            + Text($"| {Each(static round => round.LogProduce.AllocatedBytes):N1} ")
            + Text($"| {Each(static round => round.RawProduce.AllocatedBytes):N1} ")
            + Text($"| {Each(static round => round.LogProduce.StorageOperations):0.#####} ")
            + Text($"| {Each(static round => round.Build.CpuSeconds * Mega):N2} ")
            + Text($"| {result.Of(static round => round.PeakBytes / 1024.0 / 1024.0):N0} |");
    }

    private static string FetchRow(WorkloadResult result)
    {
        var (ratio, least, largest) = Fetch(result);
        double Each(Func<RoundResult, double> total) => result.Of(round => total(round) / result.Records);
        return Text($"| {result.Workload.Name} | {Speed(result, static round => round.RawFetch)} ")
            + Text($"| {Speed(result, static round => round.BufferedFetch)} ")
            + Text($"| {Speed(result, static round => round.LogFetch)} | {ratio:P0} ({least:P0}–{largest:P0}) ")
            + Text($"| {result.Of(round => result.Records / round.LogFetch.Seconds):N0} ")
            + Text($"| {Each(static round => round.LogFetch.CpuSeconds * Mega):N2} ")
            + Text($"({Each(static round => round.RawFetch.CpuSeconds * Mega):N2}) ")
            + Text($"| {Each(static round => round.LogFetch.AllocatedBytes):N1} ")
            + Text($"| {1_000 * Each(static round => round.LogFetch.StorageOperations):0.###} |");
    }

    private static string Speed(WorkloadResult result, Func<RoundResult, Sample> sample) =>
        Text($"{result.Of(round => result.Bytes / sample(round).Seconds / Mega):#,0.#}");

    private static string Size(double bytes) => bytes >= 1024 ? Text($"{bytes / 1024:N0} KiB") : Text($"{bytes:N0} B");

    private static string AtLeast(string name, double bound, double measured) =>
        Text($"| {name} | {bound:P0} | {measured:P0} | {(measured >= bound ? "met" : "**missed**")} |");

    private static string AtMost(string name, double bound, double measured) =>
        Text($"| {name} | {bound:0.##} | {measured:0.##} | {(measured <= bound ? "met" : "**missed**")} |");

    private static string Name(StoreKind store) => store.ToString();

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
