using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Groups;
using Serverless.Functions.Api.Security;
using Serverless.Functions.Api.V3.Contracts;
using Serverless.StorageEngine.Groups;

namespace Serverless.Functions.Api.V3.Groups;

/// <summary>Consumer groups: list and describe.</summary>
internal static class ConsumerGroupEndpoints
{
    public static async Task<IResult> ListAsync(HttpContext context, GroupCoordinator groups)
    {
        var links = V3Links.Of(context);
        var data = new List<ConsumerGroupData>();
        await foreach (var group in GroupListing.DescribeAsync(
            groups, Caller.Of(context), after: null, context.RequestAborted))
        {
            data.Add(Describe(new ConsumerGroupView(links, group, Caller.Of(context))));
        }

        return V3Answer.Json(
            links.List("KafkaConsumerGroupList", "consumer-groups", data), V3Json.Default.ListOfConsumerGroupData);
    }

    public static Task<IResult> GetAsync(HttpContext context, GroupCoordinator groups, string groupId) =>
        ConsumerGroupView.WithAsync(context, groups, groupId, static view => ValueTask.FromResult(
            V3Answer.Json(Describe(view), V3Json.Default.ConsumerGroupData)));

    private static ConsumerGroupData Describe(ConsumerGroupView view)
    {
        var state = view.Group.State;
        var members = state.Members.Values;
        return new(
            "KafkaConsumerGroup",
            view.Links.Resource(view.Path, view.Name),
            view.Links.ClusterId,
            view.Group.Group.Value,
            IsSimple: IsSimple(state),
            PartitionAssignor: members.Any(static one => one.Subscription.IsShared) ? state.Assignor : "",
            NameOf(state.Phase),
            Type: "CONSUMER",
            IsMixedConsumerGroup: false,
            Coordinator: view.Links.Link("brokers/0"),
            Consumers: view.Links.Link($"{view.Path}/consumers"),
            LagSummary: view.Links.Link($"{view.Path}/lag-summary"));
    }

    // A group that only commits: nobody ever changed its epoch by joining, or all chose their partitions.
    private static bool IsSimple(GroupState state) => state.Members.IsEmpty
        ? state.Epoch == GroupState.Empty.Epoch
        : state.Members.Values.All(static member => member.Subscription is Subscription.Assigned);

    private static string NameOf(GroupPhase phase) => phase switch
    {
        GroupPhase.Empty => "EMPTY",
        GroupPhase.Reconciling => "RECONCILING",
        GroupPhase.Stable => "STABLE",
        GroupPhase.Dead => "DEAD",
        _ => throw new UnreachableException($"The phase {phase} has no name."),
    };
}
