using System.Globalization;
using Serverless.Benchmarks.Http;

namespace Serverless.Benchmarks.Peers;

/// <summary>The tables of the peers.</summary>
internal static class PeersReport
{
    private const string Acknowledged = "when acknowledged, a record is";

    /// <summary>Targets, batches, single records, reading, and what ran.</summary>
    public static IEnumerable<string> Lines(PeersResult result) =>
    [
        Text($"Records of {Documents.Bytes} bytes without keys into one partition, stream or queue."),
        "",
        .. PeerTargets.Lines(result.Results),
        .. Table(
            result.Results,
            PeerLoadKind.Batches,
            Text($"Batches of {Senders.BatchRecords:N0} records, {Senders.OfBatches} batches on their way."),
            Acknowledged),
        .. Table(
            result.Results,
            PeerLoadKind.Single,
            Text($"One record a request or message, {Senders.OfOne} on their way."),
            Acknowledged),
        .. Table(
            result.Results,
            PeerLoadKind.Reading,
            Text($"{Stored.Records:N0} records, stored in batches of {Senders.BatchRecords:N0} before, read by one")
                + " client from the first to the last, over and over.",
            "how the reader goes on"),
        .. ReadingComparison.Lines(result.Results),
        "- Ran: " + (result.Versions.Count > 0 ? string.Join(", ", result.Versions.Distinct()) : "no peer of Debian"),
        .. result.Skipped.Select(static skipped => $"- Skipped: {skipped}"),
    ];

    private static IEnumerable<string> Table(
        IEnumerable<PeerResult> results, PeerLoadKind kind, string title, string terms)
    {
        // A run of some loads only says nothing about the others.
        string[] rows = [.. results.Where(result => result.Load.Kind == kind).Select(Row)];
        return rows.Length == 0 ? [] :
        [
            title,
            "",
            $"| System | {terms} | records/s (min–max) | server CPU s/M | client CPU s/M | peak MiB |",
            "|---|---|---:|---:|---:|---:|",
            .. rows,
            "",
        ];
    }

    private static string Row(PeerResult result)
    {
        var rates = result.Runs.Select(static run => run.RecordsPerSecond).ToArray();
        return Text($"| {result.Load.Name} | {result.Load.Terms} ")
            + Text($"| {result.Of(static run => run.RecordsPerSecond):N0} ({rates.Min():N0}–{rates.Max():N0}) ")
            + Text($"| {result.Of(static run => run.ServerCpuPerMillion):F2} ")
            + Text($"| {result.Of(static run => run.ClientCpuPerMillion):F2} ")
            + Text($"| {result.MemoryBytesMax / (1024.0 * 1024):F0} |");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
