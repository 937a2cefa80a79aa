using System.Globalization;
using Serverless.Benchmarks.Measuring;

namespace Serverless.Benchmarks.Flood;

/// <summary>The tables of the floods.</summary>
internal static class FloodReport
{
    private const double Mebibyte = 1024 * 1024;

    /// <summary>What the good clients feel, and what the floods cost.</summary>
    public static IEnumerable<string> Lines(IReadOnlyList<FloodResult> results) =>
    [
        Text($"{SteadyClient.Count} good clients, each with its key and {SteadyClient.RequestsPerSecond} requests")
            + Text($" of {SteadyClient.RecordsPerRequest} records a second. The flood is {FloodingClient.Count}")
            + " clients: each sends a record and, as soon as it is refused, the next.",
        "",
        "| Flood beside them | records/s | of alone (min–max) | ack p50 ms | × alone (min–max)"
            + " | ack p99 ms | × alone (min–max) |",
        "|---|---:|---:|---:|---:|---:|---:|",
        .. results.Select(Good),
        "",
        "| Flood | refused/s | of them 429 | server CPU µs for each | node's peak MiB |",
        "|---|---:|---:|---:|---:|",
        .. results.Select(Bad),
    ];

    private static string Good(FloodResult result) =>
        Text($"| {result.Kind.Name} | {result.Of(static run => run.RecordsPerSecond):N0} ")
        + Text($"| {Ratio(result, static run => run.RecordsPerSecond)} ")
        + Text($"| {result.Of(static run => run.Milliseconds.P50):F2} ")
        + Text($"| {Ratio(result, static run => run.Milliseconds.P50)} ")
        + Text($"| {result.Of(static run => run.Milliseconds.P99):F2} ")
        + Text($"| {Ratio(result, static run => run.Milliseconds.P99)} |");

    private static string Bad(FloodResult result)
    {
        var peak = Text($"{result.Runs.Max(static run => run.MemoryBytesMax) / Mebibyte:F0}");
        return result.Kind.Requests.Count == 0
            ? $"| {result.Kind.Name} | | | | {peak} |"
            : Text($"| {result.Kind.Name} | {result.Of(static run => run.AnsweredPerSecond):N0} ")
                + Text($"| {result.Of(static run => (double)run.Throttled / run.Answered):P0} ")
                + Text($"| {result.OfItself(static run => run.CpuPerAnswered):F0} | {peak} |");
    }

    private static string Ratio(FloodResult result, Func<FloodRun, double> what)
    {
        var ratios = result.Ratios(what);
        return result.Kind.Requests.Count == 0
            ? ""
            : Text($"{Median.Of(ratios):F2} ({ratios.Min():F2}–{ratios.Max():F2})");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
