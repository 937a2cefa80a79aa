using System.Globalization;
using Serverless.Benchmarks.Http;

namespace Serverless.Benchmarks.CatchUp;

/// <summary>The tables of the catching up.</summary>
internal static class CatchUpReport
{
    private const double Mebibyte = 1024 * 1024;
    private const double BoundMebibytes = 300;

    /// <summary>The target, and a row for each way.</summary>
    public static IEnumerable<string> Lines(IReadOnlyList<CatchUpResult> results) =>
    [
        Text($"{results[0].Records:N0} records of {Documents.Bytes} bytes in batches of {Documents.PerRequest:N0}, ")
            + Text($"{results[0].LogBytes / Mebibyte:N0} MiB in {CatchUpTopic.Partitions} partitions of an embedded ")
            + "store. The node has just started each time.",
        "",
        "| Target | bound | measured | |",
        "|---|---:|---:|---|",
        .. results.Where(static result => result.Way.IsBounded).Select(Target),
        "",
        "| Read as | records/s | MB/s of the log | answers MB | CPU s/M records | MiB before | peak MiB"
            + " | of it own | of it files |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|",
        .. results.Select(Row),
    ];

    private static string Target(CatchUpResult result)
    {
        var peak = result.PeakBytes / Mebibyte;
        return Text($"| node's peak, {result.Way.Name} | at most {BoundMebibytes:F0} MiB ")
            + Text($"| {peak:F0} MiB | {(peak <= BoundMebibytes ? "met" : "missed")} |");
    }

    private static string Row(CatchUpResult result) =>
        Text($"| {result.Way.Name} | {result.Records / result.Seconds:N0} ")
        + Text($"| {result.LogBytes / result.Seconds / 1e6:N0} | {result.AnswerBytes / 1e6:N0} ")
        + Text($"| {result.CpuSeconds / result.Records * 1e6:F2} ")
        + Text($"| {result.RestBytes / Mebibyte:F0} | {result.PeakBytes / Mebibyte:F0} ")
        + Text($"| {result.OwnBytes / Mebibyte:F0} | {result.MappedBytes / Mebibyte:F0} |");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
