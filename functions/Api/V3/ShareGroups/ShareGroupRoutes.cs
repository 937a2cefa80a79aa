using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Serverless.Functions.Api.Security;

namespace Serverless.Functions.Api.V3.ShareGroups;

/// <summary>The routes of share groups, as Confluent Cloud has them.</summary>
internal static class ShareGroupRoutes
{
    /// <summary>Maps them below <c>/v3/clusters/{clusterId}</c>.</summary>
    public static void Map(IEndpointRouteBuilder cluster)
    {
        var groups = cluster.MapGroup("/share-groups");
        groups.MapGet("", ShareGroupEndpoints.ListAsync).Known("It lists what may be described.");

        var group = groups.MapGroup("/{groupId}");
        group.MapGet("", ShareGroupEndpoints.GetAsync).Needs(Right.DescribeGroup);
        group.MapGet("/consumers", ShareGroupEndpoints.ListConsumersAsync).Needs(Right.DescribeGroup);
        group.MapGet("/consumers/{consumerId}", ShareGroupEndpoints.GetConsumerAsync).Needs(Right.DescribeGroup);
        group.MapGet("/consumers/{consumerId}/assignments", ShareGroupEndpoints.ListAssignmentsAsync)
            .Needs(Right.DescribeGroup);
    }
}
