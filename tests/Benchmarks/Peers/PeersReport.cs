using System.Globalization;
using Serverless.Benchmarks.Http;

namespace Serverless.Benchmarks.Peers;

/// <summary>The tables of the peers.</summary>
internal static class PeersReport
{
    /// <summary>Targets, batches, single records, and what ran.</summary>
    public static IEnumerable<string> Lines(PeersResult result) =>
    [
        Text($"Records of {Documents.Bytes} bytes without keys into one partition, stream or queue."),
        "",
        .. PeerTargets.Lines(result.Results),
        "",
        Text($"Batches of {Senders.BatchRecords:N0} records, {Senders.OfBatches} batches on their way."),
        "",
        .. Table(result.Results.Where(static peer => peer.Load.IsBatched)),
        "",
        Text($"One record a request or message, {Senders.OfOne} on their way."),
        "",
        .. Table(result.Results.Where(static peer => !peer.Load.IsBatched)),
        "",
        "- Ran: " + (result.Versions.Count > 0 ? string.Join(", ", result.Versions.Distinct()) : "no peer of Debian"),
        .. result.Skipped.Select(static skipped => $"- Skipped: {skipped}"),
    ];

    private static IEnumerable<string> Table(IEnumerable<PeerResult> results) =>
    [
        "| System | when acknowledged, a record is | records/s (min–max)"
            + " | server CPU s/M | client CPU s/M | peak MiB |",
        "|---|---|---:|---:|---:|---:|",
        .. results.Select(Row),
    ];

    private static string Row(PeerResult result)
    {
        var rates = result.Runs.Select(static run => run.RecordsPerSecond).ToArray();
        return Text($"| {result.Load.Name} | {result.Load.Durability} ")
            + Text($"| {result.Of(static run => run.RecordsPerSecond):N0} ({rates.Min():N0}–{rates.Max():N0}) ")
            + Text($"| {result.Of(static run => run.ServerCpuPerMillion):F2} ")
            + Text($"| {result.Of(static run => run.ClientCpuPerMillion):F2} ")
            + Text($"| {result.MemoryBytesMax / (1024.0 * 1024):F0} |");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
