using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Serverless.Functions.Api.Native.Cost;
using Serverless.Functions.Api.Security;

namespace Serverless.Functions.Api.Native.Topics;

/// <summary>The routes of topics themselves.</summary>
internal static class TopicRoutes
{
    private const string ByBody = "The body says which right is needed.";

    /// <summary>Maps them below <c>/api/v1</c>.</summary>
    public static void Map(IEndpointRouteBuilder v1)
    {
        v1.MapGet("/topics", ListTopics.HandleAsync).Known("It lists what may be described.");
        v1.MapPost("/topics", CreateTopic.PostAsync).Known(ByBody);
        v1.MapPut("/topics", CreateTopic.PutAsync).Known(ByBody);
        v1.MapGet("/topics/{topic}", DescribeTopic.HandleAsync).Needs(Right.DescribeTopic);
        v1.MapPatch("/topics/{topic}", AlterTopic.HandleAsync).Known(ByBody);
        v1.MapDelete("/topics/{topic}", DeleteTopic.HandleAsync).Needs(Right.DeleteTopic);
        v1.MapGet("/topics/{topic}/cost", GetCost.HandleAsync).Needs(Right.DescribeTopic);
    }
}
