using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Serverless.Functions.Api.Quotas;
using Serverless.Functions.Api.Security;

namespace Serverless.Functions.Api.Native.Queues;

/// <summary>The routes of queues.</summary>
internal static class QueueRoutes
{
    private static readonly QueryParameters OfReceive = new("limit", "max_bytes", "wait", "receiver", "value");
    private static readonly Right[] Receive = [Right.ReadTopic, Right.ReadGroup];
    private static readonly QueryParameters OfRelease = new("delay");

    /// <summary>Maps them below <c>/api/v1/topics/{topic}</c>.</summary>
    public static void Map(IEndpointRouteBuilder topic)
    {
        topic.MapGet("/queues", ListQueues.HandleAsync).Needs(Right.DescribeTopic);
        topic.MapGet("/queues/{group}", DescribeQueue.HandleAsync)
            .Needs(Right.DescribeTopic, Right.DescribeGroup);
        topic.MapPut("/queues/{group}", PutQueue.HandleAsync).Needs(Right.ReadTopic, Right.AlterGroupConfigs);
        topic.MapDelete("/queues/{group}", DeleteQueue.HandleAsync).Needs(Right.DescribeTopic, Right.DeleteGroup);
        topic.MapPost("/queues/{group}:receive", PostReceive.HandleAsync).WithMetadata(OfReceive).Needs(Receive)
            .CarriesConsumed();
        topic.MapPost("/queues/{group}:acknowledge", PostAcknowledgement.AcknowledgeAsync).Needs(Receive);
        topic.MapPost("/queues/{group}:release", PostAcknowledgement.ReleaseAsync).WithMetadata(OfRelease)
            .Needs(Receive);
        topic.MapPost("/queues/{group}:reject", PostAcknowledgement.RejectAsync).Needs(Receive);
        topic.MapPost("/queues/{group}:renew", PostAcknowledgement.RenewAsync).Needs(Receive);
    }
}
