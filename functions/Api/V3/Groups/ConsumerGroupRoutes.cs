using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Serverless.Functions.Api.Security;

namespace Serverless.Functions.Api.V3.Groups;

/// <summary>The routes of consumer groups.</summary>
internal static class ConsumerGroupRoutes
{
    /// <summary>Maps them below <c>/v3/clusters/{clusterId}</c>.</summary>
    public static void Map(IEndpointRouteBuilder cluster)
    {
        var groups = cluster.MapGroup("/consumer-groups");
        groups.MapGet("", ConsumerGroupEndpoints.ListAsync).Known("It lists what may be described.");

        var group = groups.MapGroup("/{groupId}");
        group.MapGet("", ConsumerGroupEndpoints.GetAsync).Needs(Right.DescribeGroup);
        group.MapDelete("", ConsumerGroupChanges.DeleteAsync).Needs(Right.DeleteGroup);
        group.MapPost("/offsets:reset", ConsumerGroupChanges.ResetAsync).Needs(Right.ReadGroup);
        group.MapGet("/consumers", ConsumerEndpoints.ListAsync).Needs(Right.DescribeGroup);
        group.MapGet("/lag-summary", LagEndpoints.SummarizeAsync).Needs(Right.DescribeGroup);
        group.MapGet("/lags", LagEndpoints.ListAsync).Needs(Right.DescribeGroup);
        group.MapGet("/lags/{topicName}/partitions/{partitionId}", LagEndpoints.GetAsync)
            .Needs(Right.DescribeGroup, Right.DescribeTopic);

        var consumer = group.MapGroup("/consumers/{consumerId}");
        consumer.MapGet("", ConsumerEndpoints.GetAsync).Needs(Right.DescribeGroup);
        consumer.MapGet("/assignments", ConsumerEndpoints.ListAssignmentsAsync).Needs(Right.DescribeGroup);
        consumer.MapGet(
            "/assignments/{topicName}/partitions/{partitionId}", ConsumerEndpoints.GetAssignmentAsync)
            .Needs(Right.DescribeGroup, Right.DescribeTopic);
    }
}
