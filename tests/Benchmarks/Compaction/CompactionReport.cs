using System.Globalization;

namespace Serverless.Benchmarks.Compaction;

/// <summary>The table of the compaction's part of a report.</summary>
internal static class CompactionReport
{
    private const double Mega = 1e6;
    private const double Mebibyte = 1024 * 1024;

    /// <summary>A row for each way of compressing.</summary>
    public static IEnumerable<string> Lines(IReadOnlyList<CompactionResult> results) =>
    [
        Text($"A log of {results[0].Workload.Bytes / Mebibyte:N0} MiB in an embedded store (SQLite, `synchronous=FULL`),")
            + Text($" {results[0].Records:N0} records, {results[0].Workload.Keys:N0} keys, all dirty; one run."),
        .. SizeThatCounts(results[0].Workload),
        "",
        "| compression.type | MB/s of the log | seconds | CPU seconds | records taken out | bytes left "
        + "| storage operations | memory before | peak | of it for the compaction | bytes allocated/record |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
        .. results.Select(Row),
    ];

    private static IEnumerable<string> SizeThatCounts(CompactionWorkload workload) =>
        workload.Bytes < CompactionWorkload.MebibytesDefault * (long)Mebibyte
            ? [Text($"The bound is on {CompactionWorkload.MebibytesDefault:N0} MiB: `-- compaction` without `--mib`.")]
            : [];

    private static string Row(CompactionResult result) => string.Create(
        CultureInfo.InvariantCulture,
        $"| {result.Workload.CompressionType} "
        + $"| {result.Did.BytesCompacted / result.Sample.Seconds / Mega:N0} "
        + $"| {result.Sample.Seconds:N1} | {result.Sample.CpuSeconds:N1} "
        + $"| {result.Did.RecordsRemoved:N0} ({(double)result.Did.RecordsRemoved / result.Records:P0}) "
        + $"| {result.Did.BytesOfCopies / (double)result.Did.BytesCompacted:P0} "
        + $"| {result.Sample.StorageOperations:N0} "
        + $"| {result.Before / Mebibyte:N0} MiB | {result.Peak / Mebibyte:N0} MiB "
        + $"| {(result.Peak - result.Before) / Mebibyte:N0} MiB "
        + $"| {(double)result.Sample.AllocatedBytes / result.Records:N0} |");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
