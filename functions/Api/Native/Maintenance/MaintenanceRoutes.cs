using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Serverless.Functions.Api.Security;

namespace Serverless.Functions.Api.Native.Maintenance;

/// <summary>The routes of maintenance.</summary>
internal static class MaintenanceRoutes
{
    private static readonly QueryParameters OfPage = new("limit", "after");

    /// <summary>Maps them below <c>/api/v1</c>.</summary>
    public static void Map(IEndpointRouteBuilder v1)
    {
        v1.MapGet("/maintenance", GetMaintenance.HandleAsync).WithMetadata(OfPage).Needs(Right.DescribeCluster);
        v1.MapPost("/maintenance/run", PostRun.HandleAsync).Needs(Right.AlterCluster);
    }
}
