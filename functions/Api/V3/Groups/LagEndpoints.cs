using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Confluent;
using Serverless.Functions.Api.V3.Contracts;
using Serverless.StorageEngine.Groups;

namespace Serverless.Functions.Api.V3.Groups;

/// <summary>
/// How much a group has left to read. As in Confluent's API, only partitions with a committed offset have a lag.
/// </summary>
internal static class LagEndpoints
{
    public static Task<IResult> SummarizeAsync(
        HttpContext context, GroupCoordinator groups, GroupLags lags, string groupId) =>
        ConsumerGroupView.WithAsync(context, groups, groupId, async view => V3Answer.Json(
            Describe(view, LagSummary.Of(await lags.ReadAsync(view.Group, view.Shows, context.RequestAborted))),
            V3Json.Default.LagSummaryData));

    public static Task<IResult> ListAsync(
        HttpContext context, GroupCoordinator groups, GroupLags lags, string groupId) =>
        ConsumerGroupView.WithAsync(context, groups, groupId, async view =>
        {
            var read = await lags.ReadAsync(
                view.Group, one => view.Group.Offsets.ContainsKey(one) && view.Shows(one), context.RequestAborted);
            return V3Answer.Json(
                view.Links.List<ConsumerLagData>(
                    "KafkaConsumerLagList", $"{view.Path}/lags", [.. read.Select(one => Describe(view, one))]),
                V3Json.Default.ListOfConsumerLagData);
        });

    public static Task<IResult> GetAsync(
        HttpContext context,
        GroupCoordinator groups,
        GroupLags lags,
        string groupId,
        string topicName,
        string partitionId) =>
        ConsumerGroupView.WithAsync(context, groups, groupId, async view =>
            ConsumerEndpoints.TryPartition(topicName, partitionId, out var partition)
            && view.Group.Offsets.ContainsKey(partition)
            && await lags.ReadAsync(view.Group, one => one == partition, context.RequestAborted) is [var lag]
                ? V3Answer.Json(Describe(view, lag), V3Json.Default.ConsumerLagData)
                : V3Answer.Error(ConfluentError.RouteNotFound));

    private static ConsumerLagData Describe(ConsumerGroupView view, PartitionLag lag) => new(
        "KafkaConsumerLag",
        view.Links.Resource(
            view.LagOf(lag.Partition),
            $"{view.Name}/lag={lag.Partition.Topic}/partition={lag.Partition.Partition}"),
        view.Links.ClusterId,
        view.Group.Group.Value,
        lag.Partition.Topic.Value,
        lag.Partition.Partition,
        lag.Owner?.Id.Value ?? "",
        lag.Owner?.GroupInstanceId?.Value,
        ClientId: lag.Owner?.Id.Value ?? "",
        lag.Committed!.Offset,
        lag.Ends.HighWatermark,
        lag.Lag!.Value);

    private static LagSummaryData Describe(ConsumerGroupView view, LagSummary summary)
    {
        var greatest = summary.Greatest;
        var owner = greatest?.Owner;
        return new(
            "KafkaConsumerGroupLagSummary",
            view.Links.Resource($"{view.Path}/lag-summary", $"{view.Name}/lag-summary"),
            view.Links.ClusterId,
            view.Group.Group.Value,
            owner?.Id.Value ?? "",
            owner?.GroupInstanceId?.Value,
            MaxLagClientId: owner?.Id.Value ?? "",
            greatest?.Partition.Topic.Value,
            greatest?.Partition.Partition,
            greatest?.Lag ?? 0,
            summary.Total,
            MaxLagConsumer: owner is null ? null : view.Links.Link(view.PathOf(owner.Id)),
            MaxLagPartition: greatest is null
                ? null
                : view.Links.Link($"topics/{greatest.Partition.Topic}/partitions/{greatest.Partition.Partition}"));
    }
}
