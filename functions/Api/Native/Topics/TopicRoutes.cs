using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Serverless.Functions.Api.Native.Cost;

namespace Serverless.Functions.Api.Native.Topics;

/// <summary>The routes of topics themselves.</summary>
internal static class TopicRoutes
{
    /// <summary>Maps them below <c>/api/v1</c>.</summary>
    public static void Map(IEndpointRouteBuilder v1)
    {
        v1.MapGet("/topics", ListTopics.HandleAsync);
        v1.MapPost("/topics", CreateTopic.PostAsync);
        v1.MapPut("/topics", CreateTopic.PutAsync);
        v1.MapGet("/topics/{topic}", DescribeTopic.HandleAsync);
        v1.MapPatch("/topics/{topic}", AlterTopic.HandleAsync);
        v1.MapDelete("/topics/{topic}", DeleteTopic.HandleAsync);
        v1.MapGet("/topics/{topic}/cost", GetCost.HandleAsync);
    }
}
