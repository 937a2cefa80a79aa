using System.Collections.Immutable;
using Serverless.StorageEngine.Offsets;

namespace Serverless.StorageEngine.Groups;

/// <summary>
/// Kafka's RangeAssignor: topic by topic, the partitions are laid out in order and cut into one piece for each
/// subscriber in the order of their ids; when they do not divide evenly, the first subscribers get one more.
/// </summary>
public static class RangeAssignment
{
    /// <summary>The piece of one subscriber.</summary>
    /// <param name="partitionCount">The topic's partitions.</param>
    /// <param name="subscriberCount">At least 1.</param>
    /// <param name="index">The subscriber's place among them in order of their ids, from 0.</param>
    public static (int First, int Count) Share(int partitionCount, int subscriberCount, int index)
    {
        var (each, extra) = Math.DivRem(partitionCount, subscriberCount);
        return ((each * index) + Math.Min(index, extra), each + (index < extra ? 1 : 0));
    }

    /// <summary>Shares the partitions of all topics out.</summary>
    /// <param name="topics">The topics.</param>
    /// <param name="instances">The instances; those that chose their partitions themselves get none.</param>
    /// <returns>The partitions of every instance that gets any.</returns>
    public static IReadOnlyDictionary<InstanceId, List<(TopicPartition Partition, GroupTopic Topic)>> Assign(
        IEnumerable<GroupTopic> topics, ImmutableSortedDictionary<InstanceId, ConsumerInstance> instances)
    {
        var assignment = new Dictionary<InstanceId, List<(TopicPartition, GroupTopic)>>();
        foreach (var topic in topics)
        {
            var subscribers = instances.Values
                .Where(instance => instance.Subscription.IsShared && instance.Subscription.Wants(topic.Name))
                .ToList();
            for (var index = 0; index < subscribers.Count; index++)
            {
                var (first, count) = Share(topic.PartitionCount, subscribers.Count, index);
                var owned = assignment.TryGetValue(subscribers[index].Id, out var some) ? some : [];
                assignment[subscribers[index].Id] = owned;
                owned.AddRange(Enumerable.Range(first, count)
                    .Select(partition => (new TopicPartition(topic.Name, partition), topic)));
            }
        }

        return assignment;
    }
}
