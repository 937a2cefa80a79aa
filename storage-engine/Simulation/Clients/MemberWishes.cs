using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Groups.Assignors;

namespace Serverless.StorageEngine.Simulation.Clients;

/// <summary>What the members of one client choose when they join.</summary>
/// <param name="Group">Which group.</param>
/// <param name="Settings">How they read.</param>
/// <param name="UsesPattern">Whether they want all topics of a pattern rather than one by name.</param>
/// <param name="SessionTimeout">How long they may be silent.</param>
internal sealed record MemberWishes(
    GroupId Group, InstanceSettings Settings, bool UsesPattern, TimeSpan SessionTimeout)
{
    private const int Groups = 2;
    private const double StaticShare = 0.25;
    private const double AutoCommitShare = 0.25;
    private const double PatternShare = 0.4;

    /// <summary>A pattern that matches every topic of a world.</summary>
    public static Subscription Everything { get; } = TopicPattern.TryParse("lasting|churned.*", out var pattern, out _)
        ? new Subscription.Matching(pattern)
        : throw new InvalidOperationException("The pattern is none.");

    /// <summary>The names of all groups that have members.</summary>
    public static IEnumerable<GroupId> AllGroups =>
        Enumerable.Range(0, Groups).Select(static number => GroupRequests.GroupOf($"group{number}"));

    /// <summary>Draws a client's wishes. Who comes back to a client's seat is the same static member.</summary>
    public static MemberWishes Draw(SimulatedClient client) => new(
        GroupRequests.GroupOf($"group{client.Random.Next(Groups)}"),
        new InstanceSettings(
            "binary",
            AutoOffsetReset.Earliest,
            client.Random.Chance(AutoCommitShare),
            client.Around.Workload.Timeout)
        {
            GroupInstanceId = client.Random.Chance(StaticShare)
                ? GroupRequests.InstanceOf($"static{client.Seat}")
                : null,
            Assignor = client.Random.Pick<string?>([null, null, .. AssignorNames.All]),
        },
        client.Random.Chance(PatternShare),
        client.Random.Pick(TimeSpan.FromSeconds(6), TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(45)));

    /// <summary>What to subscribe to.</summary>
    /// <param name="topic">The topic that lives as long as the world.</param>
    public Subscription SubscriptionOf(SimulatedTopic topic) =>
        UsesPattern ? Everything : new Subscription.Topics([topic.Name]);
}
