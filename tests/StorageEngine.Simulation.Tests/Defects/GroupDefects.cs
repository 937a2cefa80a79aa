using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Offsets;
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
        new("A commit does not look at the epoch", AnomalyKind.StaleCommit, static () => Serving(
            static inner => new BrokenService(inner) { KnowsEpochs = false })),
        new("A commit is refused after it was stored", AnomalyKind.UnaskedCommit, static () => Serving(
            static inner => new BrokenService(inner)
            {
                CommitOutcome = static _ => new GroupOutcome.Refused(GroupError.Fenced, "not so"),
            })),
        new("A commit is acknowledged and not stored", AnomalyKind.LostCommit, static () => Serving(
            static inner => new BrokenService(inner) { StoresCommits = false })),
        new("A member that commits what it has read goes back", AnomalyKind.CommitFell, GoingBack),
        new("Every instance owns what the first one owns", AnomalyKind.TwoOwners, SharingAll),
        new("A heartbeat gives up what it lists", AnomalyKind.NotGivenUp, static () => Serving(
            static inner => new BrokenService(inner)
            {
                Asked = static request => request is GroupRequest.Heartbeat { Owned: not null } heartbeat
                    ? heartbeat with { Owned = [] }
                    : request,
            })),
        new("A heartbeat is answered and not stored", AnomalyKind.UnownedPartition, static () => Serving(
            static inner => new BrokenService(inner) { Invented = Invented })),
        new("Some members get nothing", AnomalyKind.Unbalanced, static () => Serving(
            static inner => new BrokenService(inner) { Asked = WantingNothing })),
    ];

    // Members of groups of all kinds in every seed, and something to share out.
    private static SimulationOptions Members => SimulationOptions.Default with
    {
        Adjust = static knobs => knobs with
        {
            Partitions = 3,
            Seats =
            [
                new("plain", PlainProducer.RunAsync),
                new("member", GroupConsumer.RunAsync),
                new("member", GroupConsumer.RunAsync),
                new("member", HeartbeatMember.RunAsync),
                new("member", HeartbeatMember.RunAsync),
                new("member", HeartbeatMember.RunAsync),
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

    private static SimulationOptions GoingBack()
    {
        var breaks = Defect.Every(calls: 2);
        return Changing(changes =>
        [
            .. changes.Select(change => !IsOffset(change)
                ? change
                : RowContent.Altered(change, row =>
                {
                    if (row["metadata"]!.GetValue<string>().Length == 0 && breaks())
                    {
                        row["offset"] = 0;
                    }
                })),
        ]);
    }

    private static GroupOutcome.Done? Invented(GroupRequest request)
    {
        if (request is not GroupRequest.Heartbeat heartbeat || !IsFinal(heartbeat))
        {
            return null;
        }

        var all = Enumerable.Range(0, heartbeat.Instance.Value.EndsWith('0') ? 3 : 0)
            .Select(static index => new TopicPartition(SimulatedTopic.NameOf("lasting"), index));
        return new GroupOutcome.Done(
            new ConsumerInstance(
                heartbeat.Instance,
                heartbeat.Settings,
                Subscription.None.Instance,
                all.ToImmutableSortedDictionary(static one => one, static _ => AssignedPartition.Start(default)),
                [],
                default),
            []);
    }

    private static GroupRequest WantingNothing(GroupRequest request) =>
        request is GroupRequest.Heartbeat heartbeat && IsFinal(heartbeat) && !heartbeat.Instance.Value.EndsWith('0')
            ? heartbeat with { Subscription = new Subscription.Topics([SimulatedTopic.NameOf("nowhere")]) }
            : request;

    private static bool IsFinal(GroupRequest.Heartbeat heartbeat) =>
        heartbeat.Instance.Value.StartsWith("final", StringComparison.Ordinal);

    private static bool IsOffset(RowChange change) => change.Key.StartsWith("offset|", StringComparison.Ordinal);
}
