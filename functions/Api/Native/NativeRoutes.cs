using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Serverless.Functions.Api.Native.Produce;

namespace Serverless.Functions.Api.Native;

/// <summary>The routes below <c>/api/v1</c>.</summary>
internal static class NativeRoutes
{
    /// <summary>Maps them.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var v1 = routes.MapGroup("/api/v1");
        v1.MapPost("/topics/{topic}/records", static (HttpContext context, Engine engine, string topic) =>
            PostRecords.HandleAsync(context, engine, topic, partition: null));
        v1.MapPost("/topics/{topic}/partitions/{partition}/records", PostRecords.HandleAsync);
        ProblemCatalog.Map(v1);
    }
}
