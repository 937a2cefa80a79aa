using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Confluent;
using Serverless.Functions.Api.V3.Contracts;

namespace Serverless.Functions.Api.V3.Resources;

/// <summary>Moves of partitions between brokers. With one broker there never is one, which these answers say.</summary>
internal static class ReassignmentEndpoints
{
    public static IResult ListAll(HttpContext context) => Nothing(context, "topics/-/partitions/-/reassignment");

    public static async Task<IResult> ListOfTopicAsync(HttpContext context, Engine engine, string topicName) =>
        await engine.FindAsync(topicName, context.RequestAborted) is { } topic
            ? Nothing(context, $"topics/{topic.Name}/partitions/-/reassignment")
            : V3Answer.Error(ConfluentError.UnknownTopicOrPartition);

    public static Task<IResult> GetAsync(HttpContext context, Engine engine, string topicName, string partitionId) =>
        PartitionEndpoints.WithPartitionAsync(context, engine, topicName, partitionId, static (_, _) =>
            ValueTask.FromResult(V3Answer.Error(ConfluentError.RouteNotFound)));

    private static IResult Nothing(HttpContext context, string path) =>
        V3Answer.Json(
            V3Links.Of(context).List<ReassignmentData>("KafkaReassignmentList", path, []),
            V3Json.Default.ListOfReassignmentData);
}
