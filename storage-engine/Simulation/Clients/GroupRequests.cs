using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Offsets;
using Serverless.StorageEngine.Simulation.Histories;
using Serverless.StorageEngine.Simulation.Nodes;

namespace Serverless.StorageEngine.Simulation.Clients;

/// <summary>What a node does with the requests of group members, as the API does it.</summary>
internal static class GroupRequests
{
    public static GroupId GroupOf(string name) => GroupId.TryParse(name, out var group, out var problem)
        ? group
        : throw new ArgumentException(problem, nameof(name));

    public static InstanceId InstanceOf(string name) => InstanceId.TryParse(name, out var instance, out var problem)
        ? instance
        : throw new ArgumentException(problem, nameof(name));

    public static async ValueTask<Answer> SubscribeAsync(
        NodeService node,
        GroupId group,
        InstanceId member,
        InstanceSettings settings,
        SimulatedTopic topic,
        CancellationToken cancellationToken)
    {
        var joined = await node.JoinAsync(group, member, settings, cancellationToken);
        return AnswerOf(joined is GroupOutcome.Refused
            ? joined
            : await node.ExecuteAsync(
                group,
                new GroupRequest.Subscribe(member, new Subscription.Topics([topic.Name])),
                cancellationToken));
    }

    public static async ValueTask<Answer> PollAsync(
        NodeService node,
        GroupId group,
        InstanceId member,
        ReadRequest request,
        SimulatedTopic topic,
        CancellationToken cancellationToken) =>
        await node.ReadAsync(group, member, request, cancellationToken) switch
        {
            ReadOutcome.Records records => new Answer.Polled(
            [
                .. records.Consumed
                    .GroupBy(static one => one.Partition.Partition)
                    .Select(some => new Slice(topic.Partition(some.Key), [.. some.Select(SeenOf)])),
            ]),
            ReadOutcome.Refused refused => Refused(refused.Error, refused.Detail),
            var other => throw new InvalidOperationException($"No answer is defined for {other}."),
        };

    public static async ValueTask<Answer> CommitAsync(
        NodeService node,
        GroupId group,
        InstanceId member,
        IReadOnlyList<PartitionOffset>? offsets,
        CancellationToken cancellationToken) =>
        AnswerOf(await node.CommitAsync(group, member, offsets, cancellationToken));

    public static async ValueTask<Answer> LeaveAsync(
        NodeService node, GroupId group, InstanceId member, CancellationToken cancellationToken) =>
        AnswerOf(await node.LeaveAsync(group, member, cancellationToken));

    public static async ValueTask<Answer> ReadCommittedAsync(
        NodeService node, GroupId group, SimulatedTopic topic, CancellationToken cancellationToken)
    {
        var partitions = Enumerable.Range(0, topic.PartitionCount)
            .Select(index => new TopicPartition(topic.Name, index)).ToList();
        var committed = await node.FetchOffsetsAsync(group, partitions, cancellationToken);
        return new Answer.CommittedOffsets(
        [
            .. partitions.Where(committed.ContainsKey)
                .Select(one => new Position(topic.Partition(one.Partition), committed[one].Offset)),
        ]);
    }

    private static SeenRecord SeenOf(ConsumedRecord consumed) => new(
        consumed.Record.Offset, RecordValue.Decode(consumed.Record.Value.GetValueOrDefault().Span));

    private static Answer AnswerOf(GroupOutcome outcome) => outcome is GroupOutcome.Refused refused
        ? Refused(refused.Error, refused.Detail)
        : new Answer.Done();

    private static Answer.Failed Refused(GroupError error, string detail) => new(
        error is GroupError.InstanceNotFound or GroupError.NotAssigned or GroupError.Fenced
            or GroupError.NotSubscribed or GroupError.Superseded
            ? Refusal.NotOwner
            : Refusal.Other,
        -1,
        $"{error}: {detail}");
}
