using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Security;
using Serverless.Functions.Api.V3.Contracts;
using Serverless.StorageEngine.Offsets;
using Serverless.StorageEngine.Queues;

namespace Serverless.Functions.Api.V3.ShareGroups;

/// <summary>Share groups, their consumers, and what each of these holds.</summary>
/// <remarks>A queue belongs to a topic, so each of these looks through the topics that the caller may describe.</remarks>
internal static class ShareGroupEndpoints
{
    public static async Task<IResult> ListAsync(HttpContext context, Engine engine, QueueCoordinator queues)
    {
        var caller = Caller.Of(context);
        var groups = new SortedDictionary<string, List<QueueDescription>>(StringComparer.Ordinal);
        await foreach (var topic in engine.Topics.ListAsync(context.RequestAborted))
        {
            if (!caller.May(Right.DescribeTopic, topic.Name))
            {
                continue;
            }

            await foreach (var queue in queues.ListAsync(topic.Name, context.RequestAborted))
            {
                if (caller.May(Right.DescribeGroup, queue.Id.Group.Value)
                    && await queues.DescribeAsync(queue.Id, context.RequestAborted) is { } described)
                {
                    groups.TryAdd(queue.Id.Group.Value, []);
                    groups[queue.Id.Group.Value].Add(described);
                }
            }
        }

        var links = V3Links.Of(context);
        return V3Answer.Json(
            links.List<ShareGroupData>(
                "KafkaShareGroupList",
                "share-groups",
                [.. groups.Values.Select(some => Describe(new(links, some[0].Queue.Id.Group, some)))]),
            V3Json.Default.ListOfShareGroupData);
    }

    public static Task<IResult> GetAsync(
        HttpContext context, Engine engine, QueueCoordinator queues, string groupId) =>
        ShareGroupView.WithAsync(context, engine, queues, groupId, static view => V3Answer.Json(
            Describe(view) with { AssignedTopicPartitions = [.. view.Partitions.Select(one => Describe(view, one))] },
            V3Json.Default.ShareGroupData));

    public static Task<IResult> ListConsumersAsync(
        HttpContext context, Engine engine, QueueCoordinator queues, string groupId) =>
        ShareGroupView.WithAsync(context, engine, queues, groupId, static view => V3Answer.Json(
            view.Links.List<ShareGroupConsumerData>(
                "KafkaShareGroupConsumerList",
                $"{view.Path}/consumers",
                [.. view.Consumers.Select(consumer => Describe(view, consumer))]),
            V3Json.Default.ListOfShareGroupConsumerData));

    public static Task<IResult> GetConsumerAsync(
        HttpContext context, Engine engine, QueueCoordinator queues, string groupId, string consumerId) =>
        ShareGroupView.WithConsumerAsync(context, engine, queues, groupId, consumerId, view => V3Answer.Json(
            Describe(view, consumerId), V3Json.Default.ShareGroupConsumerData));

    public static Task<IResult> ListAssignmentsAsync(
        HttpContext context, Engine engine, QueueCoordinator queues, string groupId, string consumerId) =>
        ShareGroupView.WithConsumerAsync(context, engine, queues, groupId, consumerId, view => V3Answer.Json(
            view.Links.List<ShareGroupAssignmentData>(
                "KafkaShareGroupConsumerAssignmentList",
                $"{view.PathOf(consumerId)}/assignments",
                [.. view.PartitionsOf(consumerId).Select(one => Describe(view, consumerId, one))]),
            V3Json.Default.ListOfShareGroupAssignmentData));

    private static ShareGroupData Describe(ShareGroupView view) => new(
        "KafkaShareGroup",
        view.Links.Resource(view.Path, view.Name),
        view.Links.ClusterId,
        view.Group.Value,
        Coordinator: view.Links.Link("brokers/0"),
        State: view.IsBusy ? "STABLE" : "EMPTY",
        view.Consumers.Count,
        view.Partitions.Count(),
        AssignedTopicPartitions: null,
        Consumers: view.Links.Link($"{view.Path}/consumers"));

    private static ShareGroupPartitionData Describe(ShareGroupView view, TopicPartition partition) => new(
        "KafkaShareGroupTopicPartition",
        view.Links.Resource(
            PathOf(partition), $"{view.Name}/assignment={partition.Topic}/partition={partition.Partition}"),
        partition.Topic.Value,
        partition.Partition,
        view.Links.Link(PathOf(partition)));

    private static ShareGroupConsumerData Describe(ShareGroupView view, string consumer) => new(
        "KafkaShareGroupConsumer",
        view.Links.Resource(view.PathOf(consumer), view.NameOf(consumer)),
        view.Links.ClusterId,
        view.Group.Value,
        consumer,
        ClientId: consumer,
        Assignments: view.Links.Link($"{view.PathOf(consumer)}/assignments"));

    private static ShareGroupAssignmentData Describe(
        ShareGroupView view, string consumer, TopicPartition partition) => new(
        "KafkaShareGroupConsumerAssignment",
        view.Links.Resource(
            $"{view.PathOf(consumer)}/assignments",
            $"{view.NameOf(consumer)}/assignment={partition.Topic}/partition={partition.Partition}"),
        view.Links.ClusterId,
        view.Group.Value,
        consumer,
        partition.Topic.Value,
        partition.Partition,
        view.Links.Link(PathOf(partition)));

    private static string PathOf(TopicPartition partition) =>
        $"topics/{partition.Topic}/partitions/{partition.Partition}";
}
