using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Confluent;
using Serverless.Functions.Api.Groups;
using Serverless.Functions.Api.V3.Contracts;
using Serverless.StorageEngine.Groups;

namespace Serverless.Functions.Api.V3.Groups;

/// <summary>
/// What Confluent's API lacks: <c>DELETE …/consumer-groups/{groupId}</c> and <c>POST …/offsets:reset</c>.
/// </summary>
internal static class ConsumerGroupChanges
{
    public static async Task<IResult> DeleteAsync(HttpContext context, GroupCoordinator groups, string groupId)
    {
        if (!GroupId.TryParse(groupId, out var id, out _))
        {
            return V3Answer.Error(ConfluentError.ConsumerGroupNotFound);
        }

        return GroupProblems.Of(await groups.DeleteAsync(id, context.RequestAborted)) is { } problem
            ? V3Answer.Error(ConfluentError.Of(problem))
            : TypedResults.NoContent();
    }

    public static async Task<IResult> ResetAsync(
        HttpContext context, Engine engine, GroupCoordinator groups, OffsetResets resets, string groupId)
    {
        if (!GroupId.TryParse(groupId, out var id, out _))
        {
            return V3Answer.Error(ConfluentError.ConsumerGroupNotFound);
        }

        var (done, _, problem) = await OffsetResetCall.RunAsync(context, engine, groups, resets, id);
        if (problem is not null)
        {
            return V3Answer.Error(ConfluentError.Of(problem));
        }

        var links = V3Links.Of(context);
        var name = Uri.EscapeDataString(id.Value);
        return V3Answer.Json(
            links.List<OffsetResetData>(
                "KafkaConsumerGroupOffsetResetList",
                $"consumer-groups/{name}/offsets:reset",
                [.. done!.Partitions.Select(reset => Describe(links, id, reset))]),
            V3Json.Default.ListOfOffsetResetData);
    }

    private static OffsetResetData Describe(V3Links links, GroupId group, PartitionReset reset)
    {
        var name = Uri.EscapeDataString(group.Value);
        var partition = reset.Partition;
        return new(
            "KafkaConsumerGroupOffsetReset",
            links.Resource(
                $"consumer-groups/{name}/lags/{partition.Topic}/partitions/{partition.Partition}",
                $"consumer-group={name}/lag={partition.Topic}/partition={partition.Partition}"),
            links.ClusterId,
            group.Value,
            partition.Topic.Value,
            partition.Partition,
            reset.Previous,
            reset.Offset,
            reset.Ends.LogStartOffset,
            reset.Ends.HighWatermark,
            reset.Clamped);
    }
}
