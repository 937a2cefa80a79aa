using System.Globalization;

namespace Serverless.Benchmarks.Start;

/// <summary>The table of the starts.</summary>
internal static class StartReport
{
    private const double BoundMilliseconds = 350;
    private const double Mebibyte = 1024 * 1024;

    /// <summary>The target, and a row for each program.</summary>
    public static IEnumerable<string> Lines(IReadOnlyList<StartResult> results) =>
    [
        "From the start of the process, over an embedded store that has the topic, and over an empty folder.",
        "",
        "| Target | bound | measured | |",
        "|---|---:|---:|---|",
        .. results.Select(Target),
        "",
        "| Program | listens after ms | first produce acknowledged after ms (min–max) | CPU ms until then"
            + " | empty folder: acknowledged after ms | CPU ms | at rest MiB | folder MB |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
        .. results.Select(Row),
    ];

    private static string Target(StartResult result)
    {
        var measured = result.OfKnown(static run => run.AcknowledgedMilliseconds);
        return Text($"| first acknowledged produce, {result.Program.Name} | below {BoundMilliseconds:F0} ms ")
            + Text($"| {measured:F0} ms | {(measured < BoundMilliseconds ? "met" : "missed")} |");
    }

    private static string Row(StartResult result)
    {
        var times = result.Known.Select(static run => run.AcknowledgedMilliseconds).ToArray();
        return Text($"| {result.Program.Name} | {result.OfKnown(static run => run.ListensMilliseconds):F0} ")
            + Text($"| {result.OfKnown(static run => run.AcknowledgedMilliseconds):F0} ")
            + Text($"({times.Min():F0}–{times.Max():F0}) ")
            + Text($"| {result.OfKnown(static run => run.CpuMilliseconds):F0} ")
            + Text($"| {result.OfNew(static run => run.AcknowledgedMilliseconds):F0} ")
            + Text($"| {result.OfNew(static run => run.CpuMilliseconds):F0} ")
            + Text($"| {result.OfKnown(static run => run.RestBytes / Mebibyte):F0} ")
            + Text($"| {result.Program.FolderBytes() / 1e6:F0} |");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
