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
        MemberWishes wishes,
        InstanceId member,
        Subscription subscription,
        CancellationToken cancellationToken)
    {
        var joined = await node.JoinAsync(wishes.Group, member, wishes.Settings, cancellationToken);
        return AnswerOf(joined is GroupOutcome.Refused
            ? joined
            : await node.ExecuteAsync(
                wishes.Group, new GroupRequest.Subscribe(member, subscription), cancellationToken));
    }

    /// <summary>Reads as a member; what comes from topics that come and go is left out, since a name does not tell
    /// which life of a topic it was read from.</summary>
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
                    .Where(one => one.Partition.Topic == topic.Name)
                    .GroupBy(static one => one.Partition.Partition)
                    .Select(some => new Slice(topic.Partition(some.Key), [.. some.Select(SeenOf)])),
            ]),
            ReadOutcome.Refused refused => Refused(refused.Error, refused.Detail),
            var other => throw new InvalidOperationException($"No answer is defined for {other}."),
        };

    public static async ValueTask<Answer> HeartbeatAsync(
        NodeService node, GroupId group, GroupRequest.Heartbeat heartbeat, CancellationToken cancellationToken) =>
        await node.ExecuteAsync(group, heartbeat, cancellationToken) switch
        {
            GroupOutcome.Done { Instance: { } member } => new Answer.Assigned(
                member.Epoch, [.. member.Assignment.Keys.Select(static one => Listed(one))]),
            var other => AnswerOf(other),
        };

    public static async ValueTask<Answer> CommitAsync(
        NodeService node,
        GroupId group,
        InstanceId member,
        int? epoch,
        IReadOnlyList<PartitionOffset>? offsets,
        CancellationToken cancellationToken) =>
        AnswerOf(await node.CommitAsync(group, member, epoch, offsets, cancellationToken));

    public static async ValueTask<Answer> AlterAsync(
        NodeService node,
        GroupId group,
        IReadOnlyList<PartitionOffset> offsets,
        IReadOnlyList<TopicPartition> removed,
        CancellationToken cancellationToken) =>
        AnswerOf(await node.AlterOffsetsAsync(group, offsets, removed, cancellationToken));

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

    public static ListedPartition Listed(TopicPartition partition) => new(partition.Topic.Value, partition.Partition);

    public static TopicPartition Named(ListedPartition partition) =>
        new(SimulatedTopic.NameOf(partition.Topic), partition.Index);

    /// <summary>Positions as offsets to commit.</summary>
    public static PartitionOffset[] OffsetsOf(SimulatedTopic topic, IEnumerable<Position> positions, string mark) =>
        [.. positions.Select(one => new PartitionOffset(new(topic.Name, one.Partition.Index), one.Offset, mark))];

    private static SeenRecord SeenOf(ConsumedRecord consumed) => new(
        consumed.Record.Offset, RecordValue.Of(consumed.Record.Value, consumed.Record.Headers));

    private static Answer AnswerOf(GroupOutcome outcome) => outcome is GroupOutcome.Refused refused
        ? Refused(refused.Error, refused.Detail)
        : new Answer.Done();

    private static Answer.Failed Refused(GroupError error, string detail) => new(
        error is GroupError.InstanceNotFound or GroupError.NotAssigned or GroupError.Fenced
            or GroupError.NotSubscribed or GroupError.Superseded or GroupError.FencedMemberEpoch
            or GroupError.StaleMemberEpoch or GroupError.UnreleasedInstanceId
            ? Refusal.NotOwner
            : Refusal.Other,
        -1,
        $"{error}: {detail}");
}
