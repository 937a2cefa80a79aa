using System.Collections.Immutable;

namespace Serverless.StorageEngine.Groups;

/// <summary>A consumer group at one point in its history.</summary>
/// <param name="Generation">
/// Raised by every change of the instances, their subscriptions, or the topics; never lowered. A partition that the
/// group shares out stands in the assignment of at most one instance of a generation.
/// </param>
/// <param name="Topics">The topics that anyone in the group wants and that exist, by name.</param>
/// <param name="Instances">The instances, in the order in which ranges are given to them.</param>
public sealed record GroupState(
    int Generation,
    ImmutableSortedDictionary<string, GroupTopic> Topics,
    ImmutableSortedDictionary<InstanceId, ConsumerInstance> Instances)
{
    /// <summary>A group that nobody has used yet.</summary>
    public static GroupState Empty { get; } = new(
        0,
        ImmutableSortedDictionary.Create<string, GroupTopic>(StringComparer.Ordinal),
        // By reference, because a sign of life is written even when it changes nothing but the time of the row.
        ImmutableSortedDictionary.Create<InstanceId, ConsumerInstance>(
            Comparer<InstanceId>.Default, ReferenceEqualityComparer.Instance));

    /// <summary>Replaces what is known about one instance, within the same generation.</summary>
    public GroupState With(ConsumerInstance instance) =>
        this with { Instances = Instances.SetItem(instance.Id, instance) };
}
