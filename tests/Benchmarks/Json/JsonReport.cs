using System.Globalization;
using Serverless.Benchmarks.Http;

namespace Serverless.Benchmarks.Json;

/// <summary>The tables of the part.</summary>
internal static class JsonReport
{
    private const double RatioMax = 2;
    private const double Micro = 1e6;

    /// <summary>The targets, then what each form costs.</summary>
    public static IEnumerable<string> Lines(IReadOnlyList<JsonResult> results) =>
    [
        Text($"Bodies of {Documents.PerRequest:N0} records of {Documents.Bytes} bytes, each read by the classes of its ")
            + "route and made into one record batch with its CRC-32C, beside one pass of `Utf8JsonReader` over the same "
            + "bytes. One thread, nothing is appended. Lines are batched as those of an array are here; what a stream's own "
            + "batches add is part of `http`.",
        "",
        "| Target | bound | measured | |",
        "|---|---:|---:|---|",
        .. results.Select(static result => Text($"| {result.Form}: CPU, of one pass | at most {RatioMax:N1} ")
            + Text($"| {Ratio(result):N2} | {(Ratio(result) <= RatioMax ? "met" : "**missed**")} |")),
        "",
        "| Form | body KiB | pass: CPU µs/record | batch: CPU µs/record | bytes allocated/record | MB/s |",
        "|---|---:|---:|---:|---:|---:|",
        .. results.Select(static result => Text($"| {result.Form} | {result.BodyBytes / 1024.0:N0} ")
            + Text($"| {PerRecord(result.Of(static round => round.Pass.CpuSeconds * Micro)):N3} ")
            + Text($"| {PerRecord(result.Of(static round => round.Batches.CpuSeconds * Micro)):N3} ")
            + Text($"| {PerRecord(result.Of(static round => round.Batches.AllocatedBytes)):N0} ")
            + Text($"| {Speed(result):N0} |")),
    ];

    private static double Ratio(JsonResult result) =>
        result.Of(static round => round.Batches.CpuSeconds / round.Pass.CpuSeconds);

    private static double PerRecord(double total) => total / JsonBenchmark.Bodies / Documents.PerRequest;

    private static double Speed(JsonResult result) =>
        result.Of(round => (double)result.BodyBytes * JsonBenchmark.Bodies / round.Batches.Seconds / Micro);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
