using Microsoft.AspNetCore.Routing;
using Serverless.Functions.Api.EventGrid;
using Serverless.Functions.Api.Native;
using Serverless.Functions.Api.OpenApi;
using Serverless.Functions.Api.Security;
using Serverless.Functions.Api.V2;
using Serverless.Functions.Api.V3;

namespace Serverless.Functions.Api;

/// <summary>Every route of the API, one line per group.</summary>
public static class ApiRoutes
{
    /// <summary>Maps all endpoints below the root.</summary>
    /// <param name="routes">The host's routes.</param>
    public static void MapEventApi(this IEndpointRouteBuilder routes)
    {
        var guarded = routes.MapGuarded();
        NativeRoutes.Map(guarded);
        guarded.MapV2();
        guarded.MapV3();
        GetOpenApi.Map(guarded);
        guarded.MapEventGrid();
    }
}
