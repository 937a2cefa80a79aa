using System.Globalization;
using Serverless.Benchmarks.Measuring;

namespace Serverless.Benchmarks.Engine;

/// <summary>The tables of the engine's part of a report.</summary>
internal static class EngineReport
{
    private const double Mega = 1e6;

    /// <summary>One table for produce, one for fetch, one for the building of the batches.</summary>
    public static IEnumerable<string> Lines(IReadOnlyList<WorkloadResult> results) =>
    [
        "## Produce",
        "",
        .. Table(results, static round => round.RawProduce, static round => round.LogProduce),
        "",
        "## Fetch",
        "",
        .. Table(results, static round => round.RawFetch, static round => round.LogFetch),
        "",
        "## Building the batches (not part of the above)",
        "",
        "| Workload | records/s | CPU µs/record | bytes allocated/record |",
        "|---|---:|---:|---:|",
        .. results.Select(BuildRow),
    ];

    private static IEnumerable<string> Table(
        IReadOnlyList<WorkloadResult> results, Func<RoundResult, Sample> raw, Func<RoundResult, Sample> log) =>
    [
        "| Workload | raw MB/s | engine MB/s | engine/raw (min–max) | engine records/s "
        + "| storage operations/1,000 records | CPU µs/record (raw) | bytes allocated/record (raw) |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
        .. results.Select(result => Row(result, raw, log)),
    ];

    private static string Row(WorkloadResult result, Func<RoundResult, Sample> raw, Func<RoundResult, Sample> log)
    {
        var (ratio, least, largest) = result.Ratio(raw, log);
        var (records, bytes) = (result.Records, result.Bytes);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {result.Workload.Name} "
            + $"| {result.Of(round => bytes / raw(round).Seconds / Mega):N0} "
            + $"| {result.Of(round => bytes / log(round).Seconds / Mega):N0} "
            + $"| {ratio:P0} ({least:P0}–{largest:P0}) "
            + $"| {result.Of(round => records / log(round).Seconds):N0} "
            + $"| {result.Of(round => 1000.0 * log(round).StorageOperations / records):F2} "
            + $"| {result.Of(round => log(round).CpuSeconds * Mega / records):F2} "
            + $"({result.Of(round => raw(round).CpuSeconds * Mega / records):F2}) "
            + $"| {result.Of(round => (double)log(round).AllocatedBytes / records):N1} "
            + $"({result.Of(round => (double)raw(round).AllocatedBytes / records):N1}) |");
    }

    private static string BuildRow(WorkloadResult result) => string.Create(
        CultureInfo.InvariantCulture,
        $"| {result.Workload.Name} "
        + $"| {result.Of(round => result.Records / round.Build.Seconds):N0} "
        + $"| {result.Of(round => round.Build.CpuSeconds * Mega / result.Records):F2} "
        + $"| {result.Of(round => (double)round.Build.AllocatedBytes / result.Records):N0} |");
}
