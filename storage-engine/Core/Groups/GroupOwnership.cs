using System.Collections.Immutable;
using Serverless.StorageEngine.Offsets;

namespace Serverless.StorageEngine.Groups;

/// <summary>Which member of a group has which partitions. Pure.</summary>
/// <param name="ByMember">
/// Of every member, those that it has to give up included; also the partitions that it chose itself.
/// </param>
/// <param name="ByPartition">
/// The member that has a partition; of several that chose it themselves, the first by name.
/// </param>
public sealed record GroupOwnership(
    ImmutableSortedDictionary<InstanceId, ImmutableArray<TopicPartition>> ByMember,
    ImmutableSortedDictionary<TopicPartition, GroupMember> ByPartition)
{
    /// <summary>The ownership in a group.</summary>
    /// <param name="described">The group, with the rows of its members.</param>
    public static GroupOwnership Of(GroupDescription described)
    {
        var numbers = described.State.Members.Values.ToDictionary(static member => member.Number);
        var shared =
            from share in described.State.Topics.Values
            from at in Enumerable.Range(0, share.Owners.Length)
            where numbers.ContainsKey(share.Owners[at])
            select (Member: numbers[share.Owners[at]], Partition: new TopicPartition(share.Topic.Name, at));
        var chosen =
            from member in described.State.Members.Values
            where member.Subscription is Subscription.Assigned && described.Instances.ContainsKey(member.Id)
            from partition in described.Instances[member.Id].Assignment.Keys
            select (Member: member, Partition: partition);
        var all = shared.Concat(chosen).ToList();
        var some = all.ToLookup(static one => one.Member.Id, static one => one.Partition);
        return new GroupOwnership(
            described.State.Members.Keys.ToImmutableSortedDictionary(
                static id => id, id => some[id].Order().ToImmutableArray()),
            all.DistinctBy(static one => one.Partition)
                .ToImmutableSortedDictionary(static one => one.Partition, static one => one.Member));
    }
}
