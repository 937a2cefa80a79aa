using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Confluent;
using Serverless.Functions.Api.V3.Contracts;
using Serverless.StorageEngine.Topics;

namespace Serverless.Functions.Api.V3.Resources;

/// <summary>Partitions and the ends of their logs.</summary>
internal static class PartitionEndpoints
{
    public static async Task<IResult> ListAsync(HttpContext context, Engine engine, string topicName)
    {
        if (await engine.FindAsync(topicName, context.RequestAborted) is not { } topic)
        {
            return V3Answer.Error(ConfluentError.UnknownTopicOrPartition);
        }

        var links = V3Links.Of(context);
        var partitions = Enumerable.Range(0, topic.PartitionCount).Select(id => Describe(links, topic, id));
        return V3Answer.Json(
            links.List<PartitionData>("KafkaPartitionList", $"topics/{topic.Name}/partitions", [.. partitions]),
            V3Json.Default.ListOfPartitionData);
    }

    public static Task<IResult> GetAsync(HttpContext context, Engine engine, string topicName, string partitionId) =>
        WithPartitionAsync(context, engine, topicName, partitionId, (topic, partition) => ValueTask.FromResult(
            V3Answer.Json(Describe(V3Links.Of(context), topic, partition), V3Json.Default.PartitionData)));

    public static Task<IResult> GetOffsetsAsync(
        HttpContext context, Engine engine, string topicName, string partitionId)
    {
        var type = context.Request.Query["offset_type"].ToString();
        return type is "" or "earliest" or "latest" or "earliest_and_latest"
            ? WithPartitionAsync(context, engine, topicName, partitionId, (topic, partition) =>
                DescribeOffsetsAsync(context, engine, topic, partition, type))
            : Task.FromResult(V3Answer.Error(
                ConfluentError.BadRequest("The offset_type is earliest, latest or earliest_and_latest.")));
    }

    /// <summary>Finds topic and partition of a path, and answers, or says which of them does not exist.</summary>
    public static async Task<IResult> WithPartitionAsync(
        HttpContext context,
        Engine engine,
        string topicName,
        string partitionId,
        Func<Topic, int, ValueTask<IResult>> answer)
    {
        if (await engine.FindAsync(topicName, context.RequestAborted) is not { } topic)
        {
            return V3Answer.Error(ConfluentError.UnknownTopicOrPartition);
        }

        return QueryText.TryNumber(partitionId, out var partition) && partition < topic.PartitionCount
            ? await answer(topic, (int)partition)
            : V3Answer.Error(ConfluentError.PartitionNotFound);
    }

    private static async ValueTask<IResult> DescribeOffsetsAsync(
        HttpContext context, Engine engine, Topic topic, int partition, string type)
    {
        if (await engine.Log.GetOffsetsAsync(topic, partition, context.RequestAborted) is not { } offsets)
        {
            return V3Answer.Error(ConfluentError.UnknownTopicOrPartition);
        }

        var links = V3Links.Of(context);
        var data = Describe(links, topic, partition) with
        {
            Kind = "KafkaPartitionWithOffsets",
            Metadata = links.Resource(
                $"{PathOf(topic, partition)}/offset{context.Request.QueryString.ToUriComponent()}",
                NameOf(topic, partition)),
            EarliestOffset = type == "latest" ? null : offsets.LogStartOffset,
            LatestOffset = type == "earliest" ? null : offsets.HighWatermark,
        };
        return V3Answer.Json(data, V3Json.Default.PartitionData);
    }

    private static PartitionData Describe(V3Links links, Topic topic, int partition)
    {
        var path = PathOf(topic, partition);
        return new(
            "KafkaPartition",
            links.Resource(path, NameOf(topic, partition)),
            links.ClusterId,
            topic.Name.Value,
            partition,
            Leader: links.Link($"{path}/replicas/{BrokerEndpoints.BrokerId}"),
            Replicas: links.Link($"{path}/replicas"),
            Reassignment: links.Link($"{path}/reassignment"));
    }

    private static string PathOf(Topic topic, int partition) => $"topics/{topic.Name}/partitions/{partition}";

    private static string NameOf(Topic topic, int partition) => $"topic={topic.Name}/partition={partition}";
}
