using System.Text.Json.Nodes;
using Serverless.StorageEngine.Simulation.Checking;
using Serverless.StorageEngine.Simulation.Clients;
using Serverless.StorageEngine.Simulation.Nodes;
using Serverless.StorageEngine.Simulation.Runs;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Simulation.Tests.Defects;

/// <summary>Groups whose rules are left out.</summary>
internal static class GroupDefects
{
    public static IEnumerable<Defect> All =>
    [
        new("A read of a group leaves out its last record", AnomalyKind.GroupSkip, static () => Serving(
            static inner => new BrokenService(inner)
            {
                Consumed = static records => records.Count < 2 ? records : [.. records.SkipLast(1)],
            })),
        new("A commit goes further than was read", AnomalyKind.CommitAhead, static () => Serving(
            static inner => new BrokenService(inner)
            {
                Committed = static offsets =>
                    [.. offsets.Select(static one => one with { Offset = one.Offset + 1_000 })],
            })),
        new("A node does not know what a group committed", AnomalyKind.WrongCommit, static () => Serving(
            static inner => new BrokenService(inner) { ForgetsCommits = true })),
        new("A commit does not look for the owner", AnomalyKind.UnfencedCommit, static () => Changing(
            static changes => changes.Any(IsOffset) ? [.. changes.Where(IsOffset)] : changes)),
        new("Every instance owns what the first one owns", AnomalyKind.TwoOwners, SharingAll),
    ];

    // Members of groups in every seed.
    private static SimulationOptions Members => SimulationOptions.Default with
    {
        Adjust = static knobs => knobs with
        {
            Seats =
            [
                new("plain", PlainProducer.RunAsync),
                new("member", GroupConsumer.RunAsync),
                new("member", GroupConsumer.RunAsync),
                new("member", GroupConsumer.RunAsync),
            ],
        },
    };

    private static SimulationOptions Serving(Func<NodeService, NodeService> decorate) =>
        Members with { DecorateNodes = decorate };

    private static SimulationOptions Changing(Func<IReadOnlyList<RowChange>, IReadOnlyList<RowChange>> change) =>
        Members with
        {
            DecorateTables = inner => new BrokenTables(inner) { Change = (_, changes) => change(changes) },
        };

    private static SimulationOptions SharingAll()
    {
        JsonNode? first = null;
        return Changing(changes =>
        [
            .. changes.Select(change => !change.Key.StartsWith("instance|", StringComparison.Ordinal)
                ? change
                : RowContent.Altered(change, row =>
                {
                    first ??= row["assignment"]!.AsArray().Count > 0 ? row["assignment"]!.DeepClone() : null;
                    row["assignment"] = first?.DeepClone() ?? row["assignment"]!.DeepClone();
                })),
        ]);
    }

    private static bool IsOffset(RowChange change) => change.Key.StartsWith("offset|", StringComparison.Ordinal);
}
