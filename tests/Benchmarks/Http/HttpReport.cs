using System.Globalization;
using Serverless.Benchmarks.Measuring;

namespace Serverless.Benchmarks.Http;

/// <summary>The tables of the HTTP benchmark.</summary>
internal static class HttpReport
{
    /// <summary>One table for the targets, one for requests of many records, one for those of one.</summary>
    public static IEnumerable<string> Lines(IReadOnlyList<ScenarioResult> results) =>
    [
        Text($"JSON documents of {Documents.Bytes} bytes, no keys, one partition, embedded store, durable."),
        "A bare server is Kestrel with the node's settings, which reads the same requests and answers the same bytes;",
        "a storing one also appends the bodies to an embedded store, durably, several in one append, before it answers.",
        "",
        "| Target | bound | measured | |",
        "|---|---:|---:|---|",
        .. Targets(results.ToDictionary(static result => result.Scenario.Name)),
        "",
        Text($"{Documents.PerRequest:N0} records a request (SSE: 100,000 a stream), 8 connections (SSE: 2)."),
        "",
        "| Form | records/s | MB/s | of bare (min–max) | of storing (min–max) |"
            + " node CPU s/M records | bare's | storing's | client's | p50 ms | p99 ms | node's peak MiB |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
        .. results.Where(static result => result.Scenario.Kind != ScenarioKind.ProduceOne).Select(Many),
        "",
        "One record a request, 32 connections, kept alive.",
        "",
        "| Form | requests/s | of bare (min–max) | of storing (min–max) |"
            + " node CPU µs/request | bare's | storing's | client's | p50 ms | p99 ms | node's peak MiB |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
        .. results.Where(static result => result.Scenario.Kind == ScenarioKind.ProduceOne).Select(Single),
    ];

    private static IEnumerable<string> Targets(Dictionary<string, ScenarioResult> results)
    {
        // A run of some forms only says nothing about the others' targets.
        if (results.GetValueOrDefault(ProduceScenarios.Raw) is { } raw)
        {
            yield return AtLeast("raw batches, of bare", 0.80, Median.Of(raw.Shares), "F2");
            yield return AtLeast("raw batches, of storing", 0.80, Median.Of(raw.StoringShares!), "F2");
            yield return AtMost("raw batches, node CPU s/M records", 0.5, raw.OfNode(CpuPerMillion), "F2");
        }

        if (results.GetValueOrDefault(ProduceScenarios.Ndjson) is { } ndjson)
        {
            yield return AtLeast("NDJSON, of bare", 0.50, Median.Of(ndjson.Shares), "F2");
            yield return AtLeast("NDJSON, of storing", 0.50, Median.Of(ndjson.StoringShares!), "F2");
            yield return AtLeast("NDJSON, records/s", 300_000, ndjson.OfNode(static run => run.RecordsPerSecond), "N0");
            yield return AtMost("NDJSON, node CPU s/M records", 3, ndjson.OfNode(CpuPerMillion), "F2");
        }

        if (results.GetValueOrDefault(ProduceScenarios.OneJson) is { } one)
        {
            yield return AtMost("one record a request, node CPU µs", 60, one.OfNode(CpuPerMillion), "F0");
        }
    }

    private static string AtLeast(string name, double bound, double measured, string format) =>
        Target(name, "at least", bound, measured, measured >= bound, format);

    private static string AtMost(string name, double bound, double measured, string format) =>
        Target(name, "at most", bound, measured, measured <= bound, format);

    private static string Target(
        string name, string side, double bound, double measured, bool isMet, string format) =>
        $"| {name} | {side} {Number(bound, format)} | {Number(measured, format)} | {(isMet ? "met" : "missed")} |";

    private static string Many(ScenarioResult result) => Text(
        $"""
        | {result.Scenario.Name} | {result.OfNode(static run => run.RecordsPerSecond):N0} |
         {result.OfNode(static run => run.MegabytesPerSecond):F0} |
         {Share(result.Shares)} | {Share(result.StoringShares)} |
         {result.OfNode(CpuPerMillion):F2} | {result.OfBare(CpuPerMillion):F2} |
         {Storing(result, "F2")} |
         {result.OfNode(static run => run.ClientCpuPerMillion):F2} | {Times(result)} |
        """);

    private static string Single(ScenarioResult result) => Text(
        $"""
        | {result.Scenario.Name} | {result.OfNode(static run => run.RequestsPerSecond):N0} |
         {Share(result.Shares)} | {Share(result.StoringShares)} |
         {result.OfNode(CpuPerMillion):F0} | {result.OfBare(CpuPerMillion):F0} |
         {Storing(result, "F0")} |
         {result.OfNode(static run => run.ClientCpuPerMillion):F0} | {Times(result)} |
        """);

    private static double CpuPerMillion(LoadResult run) => run.ServerCpuPerMillion;

    private static string Share(IReadOnlyList<double>? shares) => shares is null
        ? ""
        : Text($"{Median.Of(shares):F2} ({shares.Min():F2}–{shares.Max():F2})");

    private static string Storing(ScenarioResult result, string format) => result.Storing is null
        ? ""
        : Number(Median.Of(result.Storing.Select(CpuPerMillion)), format);

    private static string Times(ScenarioResult result) => Text(
        $"""
        {result.OfNode(static run => run.MedianMilliseconds):F1} |
         {result.OfNode(static run => run.P99Milliseconds):F1} |
         {result.NodeMemoryBytes / (1024.0 * 1024):F0}
        """);

    private static string Number(double number, string format) =>
        number.ToString(format, CultureInfo.InvariantCulture);

    // A row of a table is one line, however it is written here.
    private static string Text(FormattableString text) =>
        text.ToString(CultureInfo.InvariantCulture).Replace("\n", "", StringComparison.Ordinal);
}
