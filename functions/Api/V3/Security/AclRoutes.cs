using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Serverless.Functions.Api.Security;

namespace Serverless.Functions.Api.V3.Security;

/// <summary>The routes of rights.</summary>
internal static class AclRoutes
{
    /// <summary>Maps them below <c>/v3/clusters/{clusterId}</c>.</summary>
    public static void Map(IEndpointRouteBuilder cluster)
    {
        cluster.MapGet("/acls", AclEndpoints.ListAsync).Needs(Right.DescribeCluster);
        cluster.MapPost("/acls", AclEndpoints.CreateAsync).Needs(Right.AlterCluster);
        cluster.MapPost("/acls:batch", AclEndpoints.CreateAllAsync).Needs(Right.AlterCluster);
        cluster.MapDelete("/acls", AclEndpoints.DeleteAsync).Needs(Right.AlterCluster);
    }
}
