using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Serverless.Functions.Api.Bodies;
using Serverless.Functions.Api.Native;
using Serverless.Functions.Api.Native.Read;
using Serverless.Functions.Api.Quotas;
using Serverless.Functions.Api.Security;
using Serverless.Functions.Api.V3.Resources;

namespace Serverless.Functions.Api.V3.Records;

/// <summary>
/// Reading below the paths of v3, which has no way to consume: the native reads, with its pages, waits, cursors and
/// live tails. Only problems are said as v3 says them.
/// </summary>
internal static class ReadRoutes
{
    private static readonly AnswerMediaTypes Answers =
        new(MediaTypes.Json, MediaTypes.Ndjson, MediaTypes.EventStream);

    /// <summary>Maps the read of a whole topic.</summary>
    public static void MapTopic(RouteGroupBuilder topic) =>
        With(topic.MapGet("/records", static (HttpContext context, Engine engine, string topicName) =>
            GetRecords.HandleAsync(context, engine, topicName, partition: null)));

    /// <summary>Maps the read of one partition.</summary>
    public static void MapPartition(RouteGroupBuilder partitions) =>
        With(partitions.MapGet(
            "/{partitionId}/records",
            static (HttpContext context, Engine engine, string topicName, string partitionId) =>
                PartitionEndpoints.WithPartitionAsync(context, engine, topicName, partitionId, (_, _) =>
                    new(GetRecords.HandleAsync(context, engine, topicName, partitionId)))));

    private static void With(RouteHandlerBuilder route) =>
        route.WithMetadata(QueryParameters.OfRecordReads, Answers)
            .Needs(Right.ReadTopic)
            .CarriesConsumed()
            .AddEndpointFilter(QueryParameters.RefuseOthersAsync);
}
