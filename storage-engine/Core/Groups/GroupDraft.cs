using System.Collections.Immutable;
using Serverless.StorageEngine.Offsets;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Groups;

/// <summary>
/// A group and those of its members' rows that were read. Steps make new ones; objects that stay the same are not
/// written.
/// </summary>
/// <param name="State">The group.</param>
/// <param name="Instances">What members have read; only of some.</param>
public sealed record GroupDraft(GroupState State, ImmutableSortedDictionary<InstanceId, ConsumerInstance> Instances)
{
    /// <summary>A group that nobody has used yet.</summary>
    public static GroupDraft Empty { get; } = new(
        GroupState.Empty,
        // By reference, because a sign of life is written even when it changes nothing but the time of the row.
        ImmutableSortedDictionary.Create<InstanceId, ConsumerInstance>(
            Comparer<InstanceId>.Default, ReferenceEqualityComparer.Instance));

    /// <summary>Replaces what one member has read.</summary>
    public GroupDraft With(ConsumerInstance instance) =>
        ReferenceEquals(Instances.GetValueOrDefault(instance.Id), instance)
            ? this
            : this with { Instances = Instances.SetItem(instance.Id, instance) };

    /// <summary>A member as its client sees it: without the partitions that it is to give up.</summary>
    public ConsumerInstance? Shown(InstanceId id)
    {
        if (!Instances.TryGetValue(id, out var instance) || !State.Members.TryGetValue(id, out var member))
        {
            return null;
        }

        var revoked = State.Owned(member.Number, wanted: false).ToList();
        var shown = instance with { Epoch = member.Epoch, SessionTimeout = member.SessionTimeout };
        return revoked.Count == 0 ? shown : shown with { Assignment = instance.Assignment.RemoveRange(revoked) };
    }

    /// <summary>The present life of a topic that the group shares out; all zero when it does not.</summary>
    internal TopicId LifeOf(TopicPartition partition) =>
        State.Topics.GetValueOrDefault(partition.Topic.Value)?.Topic.Id ?? default;
}
