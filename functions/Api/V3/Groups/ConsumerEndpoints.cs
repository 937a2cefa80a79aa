using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Confluent;
using Serverless.Functions.Api.V3.Contracts;
using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Offsets;
using Serverless.StorageEngine.Topics;

namespace Serverless.Functions.Api.V3.Groups;

/// <summary>The members of a group, and the partitions that each has.</summary>
internal static class ConsumerEndpoints
{
    public static Task<IResult> ListAsync(HttpContext context, GroupCoordinator groups, string groupId) =>
        ConsumerGroupView.WithAsync(context, groups, groupId, static view => ValueTask.FromResult(V3Answer.Json(
            view.Links.List<ConsumerData>(
                "KafkaConsumerList",
                $"{view.Path}/consumers",
                [.. view.Group.State.Members.Values.Select(member => Describe(view, member))]),
            V3Json.Default.ListOfConsumerData)));

    public static Task<IResult> GetAsync(
        HttpContext context, GroupCoordinator groups, string groupId, string consumerId) =>
        ConsumerGroupView.WithMemberAsync(context, groups, groupId, consumerId, static (view, member) =>
            V3Answer.Json(Describe(view, member), V3Json.Default.ConsumerData));

    public static Task<IResult> ListAssignmentsAsync(
        HttpContext context, GroupCoordinator groups, string groupId, string consumerId) =>
        ConsumerGroupView.WithMemberAsync(context, groups, groupId, consumerId, static (view, member) =>
            V3Answer.Json(
                view.Links.List<ConsumerAssignmentData>(
                    "KafkaConsumerAssignmentList",
                    $"{view.PathOf(member.Id)}/assignments",
                    [.. view.PartitionsOf(member.Id).Select(one => Describe(view, member, one))]),
                V3Json.Default.ListOfConsumerAssignmentData));

    public static Task<IResult> GetAssignmentAsync(
        HttpContext context,
        GroupCoordinator groups,
        string groupId,
        string consumerId,
        string topicName,
        string partitionId) =>
        ConsumerGroupView.WithMemberAsync(context, groups, groupId, consumerId, (view, member) =>
            TryPartition(topicName, partitionId, out var partition)
            && view.PartitionsOf(member.Id).Contains(partition)
                ? V3Answer.Json(Describe(view, member, partition), V3Json.Default.ConsumerAssignmentData)
                : V3Answer.Error(ConfluentError.RouteNotFound));

    /// <summary>Takes the partition of a path.</summary>
    public static bool TryPartition(string topicName, string partitionId, out TopicPartition partition)
    {
        var valid = TopicName.TryParse(topicName, out var topic, out _)
            & QueryText.TryNumber(partitionId, out var index)
            & index <= int.MaxValue;
        partition = valid ? new TopicPartition(topic, (int)index) : default;
        return valid;
    }

    private static ConsumerData Describe(ConsumerGroupView view, GroupMember member) => new(
        "KafkaConsumer",
        view.Links.Resource(view.PathOf(member.Id), view.NameOf(member.Id)),
        view.Links.ClusterId,
        view.Group.Group.Value,
        member.Id.Value,
        member.GroupInstanceId?.Value,
        ClientId: member.Id.Value,
        Assignments: view.Links.Link($"{view.PathOf(member.Id)}/assignments"));

    private static ConsumerAssignmentData Describe(
        ConsumerGroupView view, GroupMember member, TopicPartition partition) => new(
        "KafkaConsumerAssignment",
        view.Links.Resource(
            $"{view.PathOf(member.Id)}/assignments/{partition.Topic}/partitions/{partition.Partition}",
            $"{view.NameOf(member.Id)}/assignment={partition.Topic}/partition={partition.Partition}"),
        view.Links.ClusterId,
        view.Group.Group.Value,
        member.Id.Value,
        partition.Topic.Value,
        partition.Partition,
        Partition: view.Links.Link($"topics/{partition.Topic}/partitions/{partition.Partition}"),
        Lag: view.Links.Link(view.LagOf(partition)));
}
