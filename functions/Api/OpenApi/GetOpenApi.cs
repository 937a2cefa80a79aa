using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using Serverless.Functions.Api.Bodies;
using Serverless.Functions.Api.Security;

namespace Serverless.Functions.Api.OpenApi;

/// <summary>
/// <c>GET /openapi.json</c>: the description of every route. Its servers are the address that the client used, as with
/// <c>base_uri</c> of a consumer instance. Caches may keep it and ask by its <c>ETag</c> whether it still holds.
/// </summary>
internal static class GetOpenApi
{
    /// <summary>Maps it.</summary>
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/openapi.json", Handle)
        .Open("It describes the API, and nothing that is stored.");

    private static IResult Handle(HttpContext context, OpenApiDocument document)
    {
        var (request, headers) = (context.Request, context.Response.Headers);
        var (json, tag) = document.At($"{request.Scheme}://{request.Host}{request.PathBase}");
        headers.ETag = tag;
        headers.CacheControl = "public, no-cache";
        return EntityTagHeaderValue.TryParseList(request.Headers.IfNoneMatch, out var known)
            && known.Any(entity => entity.Tag == "*" || entity.Tag == tag)
                ? Results.StatusCode(StatusCodes.Status304NotModified)
                : Results.Bytes(json, MediaTypes.Json);
    }
}
