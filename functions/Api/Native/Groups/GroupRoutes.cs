using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Serverless.Functions.Api.Security;

namespace Serverless.Functions.Api.Native.Groups;

/// <summary>The routes of consumer groups.</summary>
internal static class GroupRoutes
{
    private static readonly QueryParameters OfList = new("limit", "after");
    private static readonly QueryParameters OfOffsets = new("topic");
    private static readonly QueryParameters OfRemoval = new("topic", "partition");

    /// <summary>Maps them below <c>/api/v1</c>.</summary>
    public static void Map(IEndpointRouteBuilder v1)
    {
        v1.MapGet("/groups", ListGroups.HandleAsync).WithMetadata(OfList).Known("It lists what may be described.");
        v1.MapGet("/groups/{group}", DescribeGroup.GetAsync).Needs(Right.DescribeGroup);
        v1.MapDelete("/groups/{group}", DescribeGroup.DeleteAsync).Needs(Right.DeleteGroup);
        v1.MapPost("/groups/{group}:heartbeat", PostHeartbeat.HandleAsync).Needs(Right.ReadGroup);
        v1.MapGet("/groups/{group}/offsets", GroupOffsets.GetAsync).WithMetadata(OfOffsets)
            .Needs(Right.DescribeGroup);
        v1.MapPost("/groups/{group}/offsets", PostGroupOffsets.HandleAsync).Needs(Right.ReadGroup);
        v1.MapDelete("/groups/{group}/offsets", GroupOffsets.DeleteAsync).WithMetadata(OfRemoval)
            .Needs(Right.DeleteGroup);
        v1.MapPost("/groups/{group}/offsets:reset", GroupOffsets.ResetAsync).Needs(Right.ReadGroup);
    }
}
