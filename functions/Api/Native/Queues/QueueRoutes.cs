using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Serverless.Functions.Api.Native.Queues;

/// <summary>The routes of queues.</summary>
internal static class QueueRoutes
{
    private static readonly QueryParameters OfReceive = new("limit", "max_bytes", "wait", "receiver", "value");
    private static readonly QueryParameters OfRelease = new("delay");

    /// <summary>Maps them below <c>/api/v1/topics/{topic}</c>.</summary>
    public static void Map(IEndpointRouteBuilder topic)
    {
        topic.MapGet("/queues", ListQueues.HandleAsync);
        topic.MapGet("/queues/{group}", DescribeQueue.HandleAsync);
        topic.MapPut("/queues/{group}", PutQueue.HandleAsync);
        topic.MapDelete("/queues/{group}", DeleteQueue.HandleAsync);
        topic.MapPost("/queues/{group}:receive", PostReceive.HandleAsync).WithMetadata(OfReceive);
        topic.MapPost("/queues/{group}:acknowledge", PostAcknowledgement.AcknowledgeAsync);
        topic.MapPost("/queues/{group}:release", PostAcknowledgement.ReleaseAsync).WithMetadata(OfRelease);
        topic.MapPost("/queues/{group}:reject", PostAcknowledgement.RejectAsync);
        topic.MapPost("/queues/{group}:renew", PostAcknowledgement.RenewAsync);
    }
}
