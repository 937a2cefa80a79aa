using System.Collections.Immutable;

namespace Serverless.StorageEngine.Groups.Assignors;

/// <summary>The assignors that a group can choose, by Kafka's names.</summary>
public static class AssignorNames
{
    /// <summary>Kafka's RangeAssignor: <see cref="RangeAssignor"/>.</summary>
    public const string Range = "range";

    /// <summary>Kafka's RoundRobinAssignor: <see cref="RoundRobinAssignor"/>.</summary>
    public const string RoundRobin = "roundrobin";

    /// <summary>Balanced, and moving few partitions: <see cref="CooperativeStickyAssignor"/>.</summary>
    public const string CooperativeSticky = "cooperative-sticky";

    /// <summary>What a group uses that has not chosen.</summary>
    public const string Default = CooperativeSticky;

    private static readonly ImmutableArray<IAssignor> Assignors =
        [new CooperativeStickyAssignor(), new RangeAssignor(), new RoundRobinAssignor()];

    /// <summary>Every name, in alphabetical order.</summary>
    public static ImmutableArray<string> All { get; } = [.. Assignors.Select(static assignor => assignor.Name)];

    /// <summary>The assignor of a name, or null when there is none. Names are in lower case.</summary>
    public static IAssignor? Find(string name) => Assignors.FirstOrDefault(assignor => assignor.Name == name);
}
