using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Serverless.Functions.Api.V3.Groups;

/// <summary>The routes of consumer groups.</summary>
internal static class ConsumerGroupRoutes
{
    /// <summary>Maps them below <c>/v3/clusters/{clusterId}</c>.</summary>
    public static void Map(IEndpointRouteBuilder cluster)
    {
        var groups = cluster.MapGroup("/consumer-groups");
        groups.MapGet("", ConsumerGroupEndpoints.ListAsync);

        var group = groups.MapGroup("/{groupId}");
        group.MapGet("", ConsumerGroupEndpoints.GetAsync);
        group.MapDelete("", ConsumerGroupChanges.DeleteAsync);
        group.MapPost("/offsets:reset", ConsumerGroupChanges.ResetAsync);
        group.MapGet("/consumers", ConsumerEndpoints.ListAsync);
        group.MapGet("/lag-summary", LagEndpoints.SummarizeAsync);
        group.MapGet("/lags", LagEndpoints.ListAsync);
        group.MapGet("/lags/{topicName}/partitions/{partitionId}", LagEndpoints.GetAsync);

        var consumer = group.MapGroup("/consumers/{consumerId}");
        consumer.MapGet("", ConsumerEndpoints.GetAsync);
        consumer.MapGet("/assignments", ConsumerEndpoints.ListAssignmentsAsync);
        consumer.MapGet(
            "/assignments/{topicName}/partitions/{partitionId}", ConsumerEndpoints.GetAssignmentAsync);
    }
}
