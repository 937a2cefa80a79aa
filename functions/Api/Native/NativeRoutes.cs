using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Serverless.Functions.Api.CloudEvents;
using Serverless.Functions.Api.Native.Batches;
using Serverless.Functions.Api.Native.Fencing;
using Serverless.Functions.Api.Native.Groups;
using Serverless.Functions.Api.Native.Maintenance;
using Serverless.Functions.Api.Native.Offsets;
using Serverless.Functions.Api.Native.Produce;
using Serverless.Functions.Api.Native.Producers;
using Serverless.Functions.Api.Native.Queues;
using Serverless.Functions.Api.Native.Read;
using Serverless.Functions.Api.Native.Topics;
using Serverless.Functions.Api.Native.Trim;

namespace Serverless.Functions.Api.Native;

/// <summary>The routes below <c>/api/v1</c>.</summary>
internal static class NativeRoutes
{
    private static readonly QueryParameters OfLines = new("key", "envelope");

    private static readonly QueryParameters OfEvents = new("key", "mode");

    private static readonly QueryParameters OfEventPages = new(
        "offset", "from", "timestamp", "cursor", "limit", "max_bytes", "wait", "format", "follow");

    private static readonly QueryParameters OfBatches = new(
        "offset", "from", "timestamp", "cursor", "max_bytes", "wait", "topic_id");

    private static readonly QueryParameters OfOffsets = new("timestamp");

    /// <summary>Maps them.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var v1 = routes.MapGroup("/api/v1");
        v1.AddEndpointFilter(QueryParameters.RefuseOthersAsync);
        TopicRoutes.Map(v1);
        GroupRoutes.Map(v1);
        MaintenanceRoutes.Map(v1);
        ProblemCatalog.Map(v1);
        v1.MapPost("/producers", PostProducer.HandleAsync);
        v1.MapPost("/topics/{topic}:trim", PostTrim.OfTopicAsync);
        v1.MapPost("/topics/{topic}/partitions/{partition}:trim", PostTrim.OfPartitionAsync);

        var topic = v1.MapGroup("/topics/{topic}");
        topic.MapPost("/records", static (HttpContext context, Engine engine, string topic) =>
            PostRecords.HandleAsync(context, engine, topic, partition: null)).WithMetadata(OfLines);
        topic.MapGet("/records", static (HttpContext context, Engine engine, string topic) =>
                GetRecords.HandleAsync(context, engine, topic, partition: null))
            .WithMetadata(QueryParameters.OfRecordReads);
        topic.MapGet("/offsets", static (HttpContext context, Engine engine, string topic) =>
            GetOffsets.HandleAsync(context, engine, topic, partition: null)).WithMetadata(OfOffsets);

        topic.MapPost("/events", static (HttpContext context, Engine engine, string topic) =>
            PostEvents.HandleAsync(context, engine, topic, partition: null)).WithMetadata(OfEvents);
        topic.MapGet("/events", static (HttpContext context, Engine engine, string topic) =>
            GetEvents.HandleAsync(context, engine, topic, partition: null)).WithMetadata(OfEventPages);
        QueueRoutes.Map(topic);

        var partition = topic.MapGroup("/partitions/{partition}");
        partition.MapPost("/events", PostEvents.HandleAsync).WithMetadata(OfEvents);
        partition.MapGet("/events", GetEvents.HandleAsync).WithMetadata(OfEventPages);
        partition.MapPost("/records", PostRecords.HandleAsync).WithMetadata(OfLines);
        partition.MapGet("/records", GetRecords.HandleAsync).WithMetadata(QueryParameters.OfRecordReads);
        partition.MapGet("/offsets", GetOffsets.HandleAsync).WithMetadata(OfOffsets);
        partition.MapPost("/batches", PostBatches.HandleAsync);
        partition.MapGet("/fencing-token", GetFencingToken.HandleAsync);
        partition.MapPut("/fencing-token", PutFencingToken.HandleAsync);
        partition.MapGet("/batches", GetBatches.HandleAsync).WithMetadata(OfBatches);
    }
}
