using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Confluent;
using Serverless.Functions.Api.Security;
using Serverless.StorageEngine.Topics;

namespace Serverless.Functions.Api.V2.Metadata;

/// <summary>
/// <c>GET /brokers</c>, <c>/topics</c> and below. There are no brokers: one that stands for all nodes is named, and
/// leads everything.
/// </summary>
internal static class GetMetadata
{
    private const int Broker = 0;

    private static readonly ReplicaDescription[] Replicas = [new(Broker, Leader: true, InSync: true)];

    public static IResult Brokers(HttpContext context) =>
        V2Answer.Json(context, new BrokerList([Broker]), V2Json.Default.BrokerList);

    public static async Task<IResult> TopicsAsync(HttpContext context, Engine engine)
    {
        var names = new List<string>();
        var caller = Caller.Of(context);
        await foreach (var topic in engine.Topics.ListAsync(context.RequestAborted))
        {
            if (caller.May(Right.DescribeTopic, topic.Name))
            {
                names.Add(topic.Name.Value);
            }
        }

        names.Sort(StringComparer.Ordinal);
        return V2Answer.Json(context, names, V2Json.Default.IReadOnlyListString);
    }

    public static async Task<IResult> TopicAsync(HttpContext context, Engine engine, string topic) =>
        await engine.FindAsync(topic, context.RequestAborted) is { } found
            ? V2Answer.Json(context, Describe(found, Caller.Of(context)), V2Json.Default.TopicDescription)
            : V2Answer.Error(ConfluentError.UnknownTopicOrPartition);

    public static async Task<IResult> PartitionsAsync(HttpContext context, Engine engine, string topic) =>
        await engine.FindAsync(topic, context.RequestAborted) is { } found
            ? V2Answer.Json(
                context,
                Describe(found, Caller.Of(context)).Partitions,
                V2Json.Default.IReadOnlyListPartitionDescription)
            : V2Answer.Error(ConfluentError.UnknownTopicOrPartition);

    public static async Task<IResult> PartitionAsync(
        HttpContext context, Engine engine, string topic, string partition)
    {
        if (await engine.FindAsync(topic, context.RequestAborted) is not { } found)
        {
            return V2Answer.Error(ConfluentError.UnknownTopicOrPartition);
        }

        return PartitionOf(found, partition) is { } index
            ? V2Answer.Json(context, Describe(index), V2Json.Default.PartitionDescription)
            : V2Answer.Error(ConfluentError.PartitionNotFound);
    }

    public static async Task<IResult> OffsetsAsync(HttpContext context, Engine engine, string topic, string partition)
    {
        if (await engine.FindAsync(topic, context.RequestAborted) is not { } found)
        {
            return V2Answer.Error(ConfluentError.UnknownTopicOrPartition);
        }

        if (PartitionOf(found, partition) is not { } index)
        {
            return V2Answer.Error(ConfluentError.PartitionNotFound);
        }

        return await engine.Log.GetOffsetsAsync(found, index, context.RequestAborted) is { } ends
            ? V2Answer.Json(context, new(ends.LogStartOffset, ends.HighWatermark), V2Json.Default.PartitionEnds)
            : V2Answer.Error(ConfluentError.UnknownTopicOrPartition);
    }

    /// <summary>The partition of a path, when the topic has it.</summary>
    public static int? PartitionOf(Topic topic, string text) =>
        QueryText.TryNumber(text, out var index) && index < topic.PartitionCount ? (int)index : null;

    // Settings that the caller may not see are left out.
    private static TopicDescription Describe(Topic topic, Caller caller) => new(
        topic.Name.Value,
        caller.May(Right.DescribeTopicConfigs, topic.Name)
            ? TopicConfigDefinitions.All.ToDictionary(static one => one.Name, topic.Config.ValueOf)
            : [],
        [.. Enumerable.Range(0, topic.PartitionCount).Select(Describe)]);

    private static PartitionDescription Describe(int partition) => new(partition, Broker, Replicas);
}
