using Serverless.StorageEngine.Simulation.Clients;
using Serverless.StorageEngine.Simulation.World;

namespace Serverless.StorageEngine.Simulation.Runs;

/// <summary>What a client does.</summary>
/// <param name="Name">For people.</param>
/// <param name="RunAsync">Does it, until the client's seat has no turns left.</param>
public sealed record ClientRole(string Name, Func<SimulatedClient, Task> RunAsync)
{
    private static readonly ClientRole[] Writers =
    [
        new("plain producer", PlainProducer.RunAsync),
        new("ordered producer", OrderedProducer.RunAsync),
        new("idempotent producer", IdempotentProducer.RunAsync),
        new("keyed producer", KeyedProducer.RunAsync),
        new("conditional writer", ConditionalWriter.RunAsync),
    ];

    private static readonly ClientRole[] Members =
    [
        new("group consumer", GroupConsumer.RunAsync),
        new("heartbeat member", HeartbeatMember.RunAsync),
    ];

    private static readonly ClientRole[] Readers =
    [
        new("partition reader", PartitionReader.RunAsync),
        new("offset look-ups", OffsetLookups.RunAsync),
        .. Members,
        new("lone consumer", LoneConsumer.RunAsync),
    ];

    private const double ChurnShare = 0.2;
    private const double CrowdShare = 0.1;
    private const int CrowdMax = 12;
    private static readonly ClientRole Churn = new("topic churn", TopicChurn.RunAsync);

    /// <summary>Draws the clients of a seed: some that write, some that read, never none of either.</summary>
    public static IReadOnlyList<ClientRole> Draw(SeededRandom random)
    {
        var writers = Favourites(Writers, random);
        var readers = Favourites(Readers, random);
        return
        [
            .. Enumerable.Range(0, random.Next(1, 7)).Select(_ => random.Pick(writers)),
            .. Enumerable.Range(0, random.Next(1, 5)).Select(_ => random.Pick(readers)),
            .. random.Chance(ChurnShare) ? [Churn] : Array.Empty<ClientRole>(),
            .. DrawCrowd(random.Fork("crowd")),
        ];
    }

    /// <summary>Draws those who have old records taken away, several at once.</summary>
    public static IReadOnlyList<ClientRole> DrawKeepers(SeededRandom random) =>
    [
        .. Enumerable.Repeat(new ClientRole("keepers", KeeperCalls.RunAsync), random.Next(1, 4)),
        .. Enumerable.Repeat(new ClientRole("record deleter", RecordDeleter.RunAsync), random.Pick(0, 0, 1, 2)),
    ];

    // Some seeds are full of members of groups, and of topics for them to follow.
    private static IEnumerable<ClientRole> DrawCrowd(SeededRandom random) => random.Chance(CrowdShare)
        ? [Churn, .. Enumerable.Range(0, random.Next(4, CrowdMax + 1)).Select(_ => random.Pick(Members))]
        : [];

    // Swarm: not every kind in every seed.
    private static ClientRole[] Favourites(ClientRole[] roles, SeededRandom random)
    {
        var some = roles.Where(_ => random.Chance(0.5)).ToArray();
        return some.Length > 0 ? some : [random.Pick(roles)];
    }
}
