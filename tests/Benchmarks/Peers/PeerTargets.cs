using System.Globalization;

namespace Serverless.Benchmarks.Peers;

/// <summary>What the node is to be better at than whom.</summary>
internal static class PeerTargets
{
    private const double TimesHttpPublish = 20;

    /// <summary>A table of the targets that this run can say something about.</summary>
    public static IEnumerable<string> Lines(IReadOnlyList<PeerResult> results)
    {
        string[] rows = [.. Rows(results)];
        return rows.Length == 0 ? [] : ["| Target | node | peer | |", "|---|---:|---:|---|", .. rows, ""];
    }

    private static IEnumerable<string> Rows(IReadOnlyList<PeerResult> results)
    {
        // A run of some loads only says nothing about the others' targets.
        if (Find(results, NodePeer.Lines, PeerLoadKind.Batches) is { } lines)
        {
            foreach (var name in (string[])[NatsPeer.Name, RabbitPeer.Stream])
            {
                if (Find(results, name, PeerLoadKind.Batches) is { } peer)
                {
                    yield return More($"NDJSON, records/s: more than {name}", lines, peer, times: 1);
                    yield return Less($"NDJSON, server CPU s/M: less than {name}", lines, peer);
                }
            }

            var synced = RedisPeer.NameOf(RedisPeer.Always);
            if (Find(results, synced, PeerLoadKind.Batches) is { } redis)
            {
                yield return More($"NDJSON, records/s: more than {synced}", lines, redis, times: 1);
            }
        }

        if (Find(results, NodePeer.One, PeerLoadKind.Single) is { } one
            && Find(results, RabbitPeer.HttpPublish, PeerLoadKind.Single) is { } publish)
        {
            yield return More(
                $"one record a request, requests/s: {TimesHttpPublish} times RabbitMQ's HTTP publish",
                one,
                publish,
                TimesHttpPublish);
        }
    }

    private static PeerResult? Find(IReadOnlyList<PeerResult> results, string name, PeerLoadKind kind) =>
        results.SingleOrDefault(result => result.Load.Name == name && result.Load.Kind == kind);

    private static string More(string target, PeerResult node, PeerResult peer, double times)
    {
        var (own, other) = (node.Of(static run => run.RecordsPerSecond), peer.Of(static run => run.RecordsPerSecond));
        return Row(target, own, other, own >= other * times, "N0");
    }

    private static string Less(string target, PeerResult node, PeerResult peer)
    {
        var own = node.Of(static run => run.ServerCpuPerMillion);
        var other = peer.Of(static run => run.ServerCpuPerMillion);
        return Row(target, own, other, own < other, "F2");
    }

    private static string Row(string target, double own, double other, bool isMet, string format) =>
        $"| {target} | {own.ToString(format, CultureInfo.InvariantCulture)} "
        + $"| {other.ToString(format, CultureInfo.InvariantCulture)} | {(isMet ? "met" : "missed")} |";
}
