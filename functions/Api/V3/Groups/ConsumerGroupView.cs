using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Confluent;
using Serverless.Functions.Api.Security;
using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Offsets;

namespace Serverless.Functions.Api.V3.Groups;

/// <summary>A consumer group, with the paths and names of all that belongs to it.</summary>
/// <param name="Links">The cluster's URLs.</param>
/// <param name="Group">The group.</param>
/// <param name="Caller">Who asks; topics that he may not describe are left out.</param>
internal sealed record ConsumerGroupView(V3Links Links, GroupDescription Group, Caller Caller)
{
    private readonly Lazy<GroupOwnership> _ownership = new(() => GroupOwnership.Of(Group));

    /// <summary>The partitions of a member.</summary>
    public IEnumerable<TopicPartition> PartitionsOf(InstanceId member) =>
        _ownership.Value.ByMember[member].Where(Shows);

    /// <summary>Whether a partition is shown.</summary>
    public bool Shows(TopicPartition partition) => Caller.May(Right.DescribeTopic, partition.Topic);

    /// <summary>The group's path below the cluster.</summary>
    public string Path => $"consumer-groups/{Escaped(Group.Group.Value)}";

    /// <summary>The group's name below the cluster.</summary>
    public string Name => $"consumer-group={Escaped(Group.Group.Value)}";

    /// <summary>A member's path below the cluster.</summary>
    public string PathOf(InstanceId member) => $"{Path}/consumers/{Escaped(member.Value)}";

    /// <summary>A member's name below the cluster.</summary>
    public string NameOf(InstanceId member) => $"{Name}/consumer={Escaped(member.Value)}";

    /// <summary>The path of the lag of a partition below the cluster.</summary>
    public string LagOf(TopicPartition partition) => $"{Path}/lags/{partition.Topic}/partitions/{partition.Partition}";

    /// <summary>Finds the group that a path names, and answers, or says that there is none.</summary>
    public static async Task<IResult> WithAsync(
        HttpContext context,
        GroupCoordinator groups,
        string groupId,
        Func<ConsumerGroupView, ValueTask<IResult>> answer) =>
        GroupId.TryParse(groupId, out var id, out _)
        && await groups.DescribeAsync(id, context.RequestAborted) is { } group
            ? await answer(new ConsumerGroupView(V3Links.Of(context), group, Caller.Of(context)))
            : V3Answer.Error(ConfluentError.ConsumerGroupNotFound);

    /// <summary>Finds a member as well.</summary>
    public static Task<IResult> WithMemberAsync(
        HttpContext context,
        GroupCoordinator groups,
        string groupId,
        string consumerId,
        Func<ConsumerGroupView, GroupMember, IResult> answer) =>
        WithAsync(context, groups, groupId, view => ValueTask.FromResult(
            InstanceId.TryParse(consumerId, out var id, out _)
            && view.Group.State.Members.TryGetValue(id, out var member)
                ? answer(view, member)
                : V3Answer.Error(ConfluentError.RouteNotFound)));

    private static string Escaped(string name) => Uri.EscapeDataString(name);
}
