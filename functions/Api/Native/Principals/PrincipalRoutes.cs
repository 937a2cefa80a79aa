using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Serverless.Functions.Api.Security;

namespace Serverless.Functions.Api.Native.Principals;

/// <summary>The routes of principals and their keys.</summary>
internal static class PrincipalRoutes
{
    private static readonly QueryParameters OfList = new("limit", "after");

    /// <summary>Maps them below <c>/api/v1</c>.</summary>
    public static void Map(IEndpointRouteBuilder v1)
    {
        v1.MapGet("/principals", ListPrincipals.HandleAsync).WithMetadata(OfList).Needs(Right.DescribeCluster);
        v1.MapGet("/principals/{principal}/keys", PrincipalKeys.ListAsync).Needs(Right.DescribeCluster);
        v1.MapPost("/principals/{principal}/keys", PrincipalKeys.CreateAsync).Needs(Right.AlterCluster);
        v1.MapDelete("/principals/{principal}/keys/{key}", PrincipalKeys.RevokeAsync).Needs(Right.AlterCluster);
    }
}
