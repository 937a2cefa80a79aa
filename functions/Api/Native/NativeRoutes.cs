using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Serverless.Functions.Api.Native;

/// <summary>The routes below <c>/api/v1</c>.</summary>
internal static class NativeRoutes
{
    /// <summary>Maps them.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var v1 = routes.MapGroup("/api/v1");
        ProblemCatalog.Map(v1);
    }
}
