using System.Globalization;

namespace Serverless.Benchmarks.OldData;

/// <summary>The tables of the old-data part of a report.</summary>
internal static class OldDataReport
{
    private const double GiB = 1024.0 * 1024 * 1024;
    private const double KiB = 1024;

    /// <summary>One table for reading, one for copying.</summary>
    public static IEnumerable<string> Lines(IReadOnlyList<OldDataResult> results) =>
    [
        Text($"## Reading {OldDataBenchmark.RecordBytes / KiB / KiB:N0} MiB of records of 1 KiB in sealed segments"),
        "",
        "| Records | Segments | bytes stored/byte of records | all of them: bytes read/byte of records "
        + "| reads/GiB of records | one record: KiB read | reads |",
        "|---|---|---:|---:|---:|---:|---:|",
        .. results.SelectMany(static result => (string[])
        [
            Row(result, "as written", result.Written), Row(result, "copied", result.Copied),
        ]),
        "",
        "## Copying them",
        "",
        "| Records | CPU s/GiB | MB/s | storage operations/GiB | bytes allocated/byte of records |",
        "|---|---:|---:|---:|---:|",
        .. results.Select(Copying),
    ];

    private static string Row(OldDataResult result, string segments, OldDataReads reads) => Text(
        $"| {result.Workload.Name} | {segments} | {Part(result, reads.StoredBytes):F3} ")
        + Text($"| {Part(result, reads.OnwardBytes):F3} ")
        + Text($"| {reads.OnwardReads / GiBs(result):N0} | {reads.SingleBytes / KiB:N0} | {reads.SingleReads:F2} |");

    private static string Copying(OldDataResult result) => Text(
        $"| {result.Workload.Name} | {result.Copying.CpuSeconds / GiBs(result):F1} ")
        + Text($"| {result.RecordBytes / result.Copying.Seconds / 1e6:N0} ")
        + Text($"| {result.CopyOperations / GiBs(result):N0} ")
        + Text($"| {(double)result.Copying.AllocatedBytes / result.RecordBytes:F2} |");

    private static double Part(OldDataResult result, long bytes) => (double)bytes / result.RecordBytes;

    private static double GiBs(OldDataResult result) => result.RecordBytes / GiB;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
