using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Confluent;
using Serverless.Functions.Api.Security;
using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Offsets;
using Serverless.StorageEngine.Queues;

namespace Serverless.Functions.Api.V3.ShareGroups;

/// <summary>
/// A share group: its queues, with the paths and names of all that belongs to it. Its consumers are the receivers that
/// hold records now and gave a name; who holds nothing is nobody that the store knows.
/// </summary>
/// <param name="Links">The cluster's URLs.</param>
/// <param name="Group">The group's name.</param>
/// <param name="Queues">Its queues of topics that the caller may describe, at least one, by topic.</param>
internal sealed record ShareGroupView(V3Links Links, GroupId Group, IReadOnlyList<QueueDescription> Queues)
{
    /// <summary>The group's path below the cluster.</summary>
    public string Path => $"share-groups/{Uri.EscapeDataString(Group.Value)}";

    /// <summary>The group's name below the cluster.</summary>
    public string Name => $"share-group={Uri.EscapeDataString(Group.Value)}";

    /// <summary>Whether anybody holds records.</summary>
    public bool IsBusy => Queues.Any(static queue => queue.Partitions.Any(static one => one.Acquired > 0));

    /// <summary>All partitions of its queues.</summary>
    public IEnumerable<TopicPartition> Partitions => PartitionsWhere(static _ => true);

    /// <summary>Its consumers, each once, by name.</summary>
    public IReadOnlyList<string> Consumers =>
    [
        .. Queues.SelectMany(static queue => queue.Partitions)
            .SelectMany(static partition => partition.Receivers.Where(static one => one.Value > 0))
            .Select(static one => one.Key)
            .Where(static name => name.Length > 0)
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>The partitions of which a consumer holds records.</summary>
    public IEnumerable<TopicPartition> PartitionsOf(string consumer) =>
        PartitionsWhere(partition => partition.Receivers.GetValueOrDefault(consumer) > 0);

    /// <summary>A consumer's path below the cluster.</summary>
    public string PathOf(string consumer) => $"{Path}/consumers/{Uri.EscapeDataString(consumer)}";

    /// <summary>A consumer's name below the cluster.</summary>
    public string NameOf(string consumer) => $"{Name}/consumer={Uri.EscapeDataString(consumer)}";

    /// <summary>Finds the group that a path names, and answers, or says that there is none.</summary>
    public static async Task<IResult> WithAsync(
        HttpContext context,
        Engine engine,
        QueueCoordinator queues,
        string groupId,
        Func<ShareGroupView, IResult> answer)
    {
        var (caller, found) = (Caller.Of(context), new List<QueueDescription>());
        if (GroupId.TryParse(groupId, out var group, out _))
        {
            await foreach (var topic in engine.Topics.ListAsync(context.RequestAborted))
            {
                if (caller.May(Right.DescribeTopic, topic.Name)
                    && await queues.DescribeAsync(new(group, topic.Name), context.RequestAborted) is { } queue)
                {
                    found.Add(queue);
                }
            }
        }

        return found.Count > 0
            ? answer(new ShareGroupView(V3Links.Of(context), group, found))
            : V3Answer.Error(ConfluentError.ConsumerGroupNotFound);
    }

    /// <summary>Finds a consumer as well.</summary>
    public static Task<IResult> WithConsumerAsync(
        HttpContext context,
        Engine engine,
        QueueCoordinator queues,
        string groupId,
        string consumerId,
        Func<ShareGroupView, IResult> answer) =>
        WithAsync(context, engine, queues, groupId, view => view.Consumers.Contains(consumerId, StringComparer.Ordinal)
            ? answer(view)
            : V3Answer.Error(ConfluentError.RouteNotFound));

    private IEnumerable<TopicPartition> PartitionsWhere(Func<SharePartitionDescription, bool> holds) =>
        from queue in Queues
        from partition in queue.Partitions
        where holds(partition)
        select new TopicPartition(queue.Queue.Id.Topic, partition.Partition);
}
