using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Serverless.Functions.Api.CloudEvents;
using Serverless.Functions.Api.Native.Batches;
using Serverless.Functions.Api.Native.Fencing;
using Serverless.Functions.Api.Native.Groups;
using Serverless.Functions.Api.Native.Maintenance;
using Serverless.Functions.Api.Native.Offsets;
using Serverless.Functions.Api.Native.Principals;
using Serverless.Functions.Api.Native.Produce;
using Serverless.Functions.Api.Native.Producers;
using Serverless.Functions.Api.Native.Queues;
using Serverless.Functions.Api.Native.Quotas;
using Serverless.Functions.Api.Native.Read;
using Serverless.Functions.Api.Native.Topics;
using Serverless.Functions.Api.Native.Trim;
using Serverless.Functions.Api.Quotas;
using Serverless.Functions.Api.Security;

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
        PrincipalRoutes.Map(v1);
        QuotaRoutes.Map(v1);
        ProblemCatalog.Map(v1);
        v1.MapPost("/producers", PostProducer.HandleAsync).Known("The body says which right is needed.");
        v1.MapPost("/topics/{topic}:trim", PostTrim.OfTopicAsync).Needs(Right.DeleteTopic);
        v1.MapPost("/topics/{topic}/partitions/{partition}:trim", PostTrim.OfPartitionAsync)
            .Needs(Right.DeleteTopic);

        var topic = v1.MapGroup("/topics/{topic}");
        topic.MapPost("/records", static (HttpContext context, Engine engine, string topic) =>
            PostRecords.HandleAsync(context, engine, topic, partition: null)).WithMetadata(OfLines)
            .Needs(Right.WriteTopic).CarriesProduced();
        topic.MapGet("/records", static (HttpContext context, Engine engine, string topic) =>
                GetRecords.HandleAsync(context, engine, topic, partition: null))
            .WithMetadata(QueryParameters.OfRecordReads).Needs(Right.ReadTopic).CarriesConsumed();
        topic.MapGet("/offsets", static (HttpContext context, Engine engine, string topic) =>
            GetOffsets.HandleAsync(context, engine, topic, partition: null)).WithMetadata(OfOffsets)
            .Needs(Right.DescribeTopic);

        topic.MapPost("/events", static (HttpContext context, Engine engine, string topic) =>
            PostEvents.HandleAsync(context, engine, topic, partition: null)).WithMetadata(OfEvents)
            .Needs(Right.WriteTopic).CarriesProduced();
        topic.MapGet("/events", static (HttpContext context, Engine engine, string topic) =>
            GetEvents.HandleAsync(context, engine, topic, partition: null)).WithMetadata(OfEventPages)
            .Needs(Right.ReadTopic).CarriesConsumed();
        QueueRoutes.Map(topic);

        var partition = topic.MapGroup("/partitions/{partition}");
        partition.MapPost("/events", PostEvents.HandleAsync).WithMetadata(OfEvents)
            .Needs(Right.WriteTopic).CarriesProduced();
        partition.MapGet("/events", GetEvents.HandleAsync).WithMetadata(OfEventPages)
            .Needs(Right.ReadTopic).CarriesConsumed();
        partition.MapPost("/records", PostRecords.HandleAsync).WithMetadata(OfLines)
            .Needs(Right.WriteTopic).CarriesProduced();
        partition.MapGet("/records", GetRecords.HandleAsync).WithMetadata(QueryParameters.OfRecordReads)
            .Needs(Right.ReadTopic).CarriesConsumed();
        partition.MapGet("/offsets", GetOffsets.HandleAsync).WithMetadata(OfOffsets).Needs(Right.DescribeTopic);
        partition.MapPost("/batches", PostBatches.HandleAsync).Needs(Right.WriteTopic).CarriesProduced();
        partition.MapGet("/fencing-token", GetFencingToken.HandleAsync).Needs(Right.DescribeTopic);
        partition.MapPut("/fencing-token", PutFencingToken.HandleAsync).Needs(Right.WriteTopic);
        partition.MapGet("/batches", GetBatches.HandleAsync).WithMetadata(OfBatches)
            .Needs(Right.ReadTopic).CarriesConsumed();
    }
}
