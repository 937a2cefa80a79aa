using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Serverless.Functions.Api.Confluent;
using Serverless.Functions.Api.Quotas;
using Serverless.Functions.Api.Root;
using Serverless.Functions.Api.Security;
using Serverless.Functions.Api.V2.Consumers;
using Serverless.Functions.Api.V2.Metadata;
using Serverless.Functions.Api.V2.Produce;

namespace Serverless.Functions.Api.V2;

/// <summary>Confluent's REST Proxy v2, at the root.</summary>
internal static class V2Routes
{
    /// <summary>Maps all its routes.</summary>
    /// <param name="routes">The host's routes.</param>
    public static void MapV2(this IEndpointRouteBuilder routes)
    {
        GetRoot.Map(routes);
        MapV2Types(routes.MapGroup("").AddEndpointFilter(new V1Twins()));
    }

    private static void MapV2Types(RouteGroupBuilder routes)
    {
        MapTopics(routes.MapGroup("").AddEndpointFilter(new V2Negotiation(ConfluentMediaTypes.V2)));
        var consumers = routes.MapGroup("/consumers/{group}")
            .AddEndpointFilter(new V2Negotiation(V2Formats.OfConsumers));
        consumers.MapPost("", CreateInstance.HandleAsync).Needs(Right.ReadGroup);
        MapInstance(consumers.MapGroup("/instances/{instance}"));
        var records = routes.MapGroup("/consumers/{group}/instances/{instance}")
            .AddEndpointFilter(new V2Negotiation(V2Formats.OfRecords));
        Map(records, HttpMethods.Get, "/records", GetRecords.HandleAsync).CarriesConsumed();
        Map(records, HttpMethods.Get, "/topics/{topic}", GetTopicRecords.HandleAsync)
            .Needs(Right.ReadTopic, Right.ReadGroup).CarriesConsumed();
    }

    private static void MapTopics(RouteGroupBuilder routes)
    {
        routes.MapGet("/brokers", GetMetadata.Brokers).Known("It names the one broker that everybody uses.");
        routes.MapGet("/topics", GetMetadata.TopicsAsync).Known("It lists what may be described.");
        routes.MapGet("/topics/{topic}", GetMetadata.TopicAsync).Needs(Right.DescribeTopic);
        routes.MapGet("/topics/{topic}/partitions", GetMetadata.PartitionsAsync).Needs(Right.DescribeTopic);
        routes.MapGet("/topics/{topic}/partitions/{partition}", GetMetadata.PartitionAsync).Needs(Right.DescribeTopic);
        routes.MapGet("/topics/{topic}/partitions/{partition}/offsets", GetMetadata.OffsetsAsync)
            .Needs(Right.DescribeTopic);
        routes.MapPost("/topics/{topic}", static (HttpContext context, Engine engine, string topic) =>
            PostRecords.HandleAsync(context, engine, topic, partition: null)).Needs(Right.WriteTopic)
            .CarriesProduced();
        routes.MapPost("/topics/{topic}/partitions/{partition}", PostRecords.HandleAsync).Needs(Right.WriteTopic)
            .CarriesProduced();
    }

    private static void MapInstance(RouteGroupBuilder routes)
    {
        Map(routes, HttpMethods.Delete, "", DeleteInstance.HandleAsync);
        Map(routes, HttpMethods.Post, "/subscription", Subscriptions.PostAsync);
        Map(routes, HttpMethods.Get, "/subscription", Subscriptions.GetAsync);
        Map(routes, HttpMethods.Delete, "/subscription", Subscriptions.DeleteAsync);
        Map(routes, HttpMethods.Post, "/assignments", Assignments.PostAsync);
        Map(routes, HttpMethods.Get, "/assignments", Assignments.GetAsync);
        Map(routes, HttpMethods.Post, "/positions", Positions.PostAsync);
        Map(routes, HttpMethods.Post, "/positions/beginning", Positions.PostBeginningAsync);
        Map(routes, HttpMethods.Post, "/positions/end", Positions.PostEndAsync);
        Map(routes, HttpMethods.Post, "/offsets", CommittedOffsets.PostAsync);
        Map(routes, HttpMethods.Get, "/offsets", CommittedOffsets.GetAsync);
    }

    private static RouteHandlerBuilder Map(
        RouteGroupBuilder routes, string method, string path, Func<ConsumerCall, Task<IResult>> handle) =>
        routes.MapMethods(
            path,
            [method],
            (HttpContext context, ConsumerEngine engine, string group, string instance) =>
                ConsumerCall.RunAsync(context, engine, group, instance, handle)).Needs(Right.ReadGroup);
}
