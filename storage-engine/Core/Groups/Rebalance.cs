using System.Collections.Immutable;
using Serverless.StorageEngine.Offsets;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Groups;

/// <summary>Gives the partitions of the group's topics to its instances.</summary>
internal static class Rebalance
{
    /// <summary>
    /// The group with <paramref name="instances"/> instead of its own, and partitions given to them anew.
    /// </summary>
    /// <param name="state">The group; returned itself when nothing changes.</param>
    /// <param name="instances">Who takes part now.</param>
    /// <param name="found">Every existing topic that any of them wants.</param>
    public static GroupState Apply(
        GroupState state,
        ImmutableSortedDictionary<InstanceId, ConsumerInstance> instances,
        IReadOnlyCollection<Topic> found)
    {
        var topics = Fitting(state, instances, Wanted(state, instances, found));
        var shares = RangeAssignment.Assign(topics.Values, instances);

        var next = instances.ToBuilder();
        foreach (var instance in instances.Values)
        {
            var partitions = instance.Subscription is Subscription.Assigned chosen
                ? chosen.Partitions.Select(one => (one, topics.GetValueOrDefault(one.Topic.Value)))
                : shares.GetValueOrDefault(instance.Id, [])
                    .Select(static one => (one.Partition, (GroupTopic?)one.Topic));
            next[instance.Id] = WithAssignment(instance, partitions);
        }

        var settled = next.ToImmutable();
        return Same(state, topics, settled) ? state : new GroupState(state.Generation + 1, topics, settled);
    }

    /// <summary>Why the group cannot have these instances, or null.</summary>
    public static string? ProblemOf(
        GroupState state,
        ImmutableSortedDictionary<InstanceId, ConsumerInstance> instances,
        IReadOnlyCollection<Topic> found)
    {
        var topics = Wanted(state, instances, found);
        var partitions = SharedPartitions(topics.Values, instances) + ChosenPartitions(instances);
        return topics.Count > GroupLimits.TopicsMax
            ? $"The group would read {topics.Count} topics; {GroupLimits.TopicsMax} are allowed."
            : partitions > GroupLimits.PartitionsMax
                ? $"The group would read {partitions} partitions; {GroupLimits.PartitionsMax} are allowed."
                : null;
    }

    private static ImmutableSortedDictionary<string, GroupTopic> Wanted(
        GroupState state,
        ImmutableSortedDictionary<InstanceId, ConsumerInstance> instances,
        IReadOnlyCollection<Topic> found)
    {
        var topics = GroupState.Empty.Topics.ToBuilder();
        foreach (var topic in found)
        {
            if (instances.Values.Any(instance => instance.Subscription.Wants(topic.Name)))
            {
                var seen = new GroupTopic(topic.Name, topic.Id, topic.PartitionCount, topic.CreatedAt);
                topics[topic.Name.Value] =
                    state.Topics.TryGetValue(topic.Name.Value, out var known) ? known.Merge(seen) : seen;
            }
        }

        return topics.ToImmutable();
    }

    // Topics can grow, and new ones can match a pattern, after the subscription was accepted. What no longer fits
    // waits, and what the group reads already goes first, so that growth elsewhere never takes a partition away.
    private static ImmutableSortedDictionary<string, GroupTopic> Fitting(
        GroupState state,
        ImmutableSortedDictionary<InstanceId, ConsumerInstance> instances,
        ImmutableSortedDictionary<string, GroupTopic> wanted)
    {
        var fitting = GroupState.Empty.Topics.ToBuilder();
        long partitions = ChosenPartitions(instances);
        foreach (var topic in wanted.Values.OrderByDescending(topic => state.Topics.ContainsKey(topic.Name.Value)))
        {
            var added = SharedPartitions([topic], instances);
            if (fitting.Count < GroupLimits.TopicsMax && partitions + added <= GroupLimits.PartitionsMax)
            {
                fitting[topic.Name.Value] = topic;
                partitions += added;
            }
        }

        return fitting.ToImmutable();
    }

    private static long SharedPartitions(
        IEnumerable<GroupTopic> topics, ImmutableSortedDictionary<InstanceId, ConsumerInstance> instances) =>
        topics
            .Where(topic => instances.Values.Any(
                one => one.Subscription.IsShared && one.Subscription.Wants(topic.Name)))
            .Sum(static topic => (long)topic.PartitionCount);

    private static long ChosenPartitions(ImmutableSortedDictionary<InstanceId, ConsumerInstance> instances) =>
        instances.Values.Sum(
            static one => one.Subscription is Subscription.Assigned chosen ? chosen.Partitions.Count : 0L);

    // A partition that stays keeps its position; one that comes starts anew, at what its last owner committed.
    private static ConsumerInstance WithAssignment(
        ConsumerInstance instance, IEnumerable<(TopicPartition Partition, GroupTopic? Topic)> partitions)
    {
        var assignment = ImmutableSortedDictionary.CreateBuilder<TopicPartition, AssignedPartition>();
        foreach (var (partition, topic) in partitions)
        {
            var life = topic?.Id ?? default;
            assignment[partition] = instance.Assignment.TryGetValue(partition, out var kept) && kept.Topic == life
                ? kept
                : AssignedPartition.Start(life);
        }

        return assignment.Count == instance.Assignment.Count
            && assignment.All(one => ReferenceEquals(instance.Assignment.GetValueOrDefault(one.Key), one.Value))
            ? instance
            : instance with { Assignment = assignment.ToImmutable() };
    }

    private static bool Same(
        GroupState state,
        ImmutableSortedDictionary<string, GroupTopic> topics,
        ImmutableSortedDictionary<InstanceId, ConsumerInstance> instances) =>
        topics.Values.SequenceEqual(state.Topics.Values)
        && instances.Count == state.Instances.Count
        && instances.All(one => ReferenceEquals(state.Instances.GetValueOrDefault(one.Key), one.Value));
}
