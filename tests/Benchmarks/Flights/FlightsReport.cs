using System.Globalization;

namespace Serverless.Benchmarks.Flights;

/// <summary>The table of the flights' part of a report.</summary>
internal static class FlightsReport
{
    private const double Milli = 1e3;

    /// <summary>One table of times and one of what the node did for them.</summary>
    public static IEnumerable<string> Lines(FlightsResult result) =>
    [
        Text($"{result.Records:N0} records, {result.Bytes:N0} bytes, one request,"),
        Text($"{FlightsBenchmark.Partitions} partitions by key."),
        "",
        "| Part | ms | times raw + JSON pass (min–max) |",
        "|---|---:|---:|",
        Floor("Raw store, same bytes, same number of appends", result.Of(static round => round.Raw)),
        Floor("One pass of Utf8JsonReader, the least of five", result.Of(static round => round.JsonPass)),
        Row("HTTP, first stream of a new topic", result, static round => round.First),
        Row("HTTP, next stream of the topic", result, static round => round.Next),
        Text($"| HTTP, first stream of a new process (seen once) | {result.Cold.Seconds * Milli:F1} | |"),
        "",
        "| Stream | records/s | node's CPU µs/record | appends | storage operations |",
        "|---|---:|---:|---:|---:|",
        Cost("first of a new topic", result, static round => round.First),
        Cost("next of the topic", result, static round => round.Next),
        Cost("first of a new process (seen once)", result, _ => result.Cold),
    ];

    private static string Floor(string name, double seconds) => Text($"| {name} | {seconds * Milli:F1} | |");

    private static string Row(string name, FlightsResult result, Func<FlightsRound, StreamRun> run)
    {
        var ratios = result.Rounds.Select(round => run(round).Seconds / round.Floor).ToArray();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {name} | {result.Of(round => run(round).Seconds) * Milli:F1} "
            + $"| {result.Of(round => run(round).Seconds / round.Floor):F2} ({ratios.Min():F2}–{ratios.Max():F2}) |");
    }

    private static string Cost(string name, FlightsResult result, Func<FlightsRound, StreamRun> run) => string.Create(
        CultureInfo.InvariantCulture,
        $"| {name} "
        + $"| {result.Of(round => result.Records / run(round).Seconds):N0} "
        + $"| {result.Of(round => run(round).HostCpuSeconds * 1e6 / result.Records):F1} "
        + $"| {result.Of(round => run(round).Appends):F0} "
        + $"| {result.Of(round => run(round).StorageOperations):F0} |");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
