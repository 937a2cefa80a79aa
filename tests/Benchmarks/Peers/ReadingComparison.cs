using System.Globalization;

namespace Serverless.Benchmarks.Peers;

/// <summary>Whether the node reads faster, and for less, than the peers; no bound is set for that.</summary>
internal static class ReadingComparison
{
    /// <summary>A table of the node's ways of reading beside each peer's.</summary>
    public static IEnumerable<string> Lines(IReadOnlyList<PeerResult> results)
    {
        string[] rows = [.. Rows([.. results.Where(static result => result.Load.Kind == PeerLoadKind.Reading)])];
        return rows.Length == 0 ? [] :
        [
            "| Reading | beside | records/s, node | peer | | server CPU s/M, node | peer | |",
            "|---|---|---:|---:|---|---:|---:|---|",
            .. rows,
            "",
        ];
    }

    private static IEnumerable<string> Rows(PeerResult[] results)
    {
        string[] own = [NodePeer.ReadLines, NodePeer.ReadBatches, NodePeer.ReadLargePages];
        return results.Where(result => own.Contains(result.Load.Name)).SelectMany(node => results
            .Where(result => !own.Contains(result.Load.Name))
            .Select(peer => Row(node, peer)));
    }

    private static string Row(PeerResult node, PeerResult peer)
    {
        var (rate, peersRate) = (Rate(node), Rate(peer));
        var (cost, peersCost) = (Cost(node), Cost(peer));
        return Text($"| {node.Load.Name} | {peer.Load.Name} ")
            + Text($"| {rate:N0} | {peersRate:N0} | {Judged(rate > peersRate)} ")
            + Text($"| {cost:F2} | {peersCost:F2} | {Judged(cost < peersCost)} |");
    }

    private static double Rate(PeerResult result) => result.Of(static run => run.RecordsPerSecond);

    private static double Cost(PeerResult result) => result.Of(static run => run.ServerCpuPerMillion);

    private static string Judged(bool isAhead) => isAhead ? "ahead" : "not ahead";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
