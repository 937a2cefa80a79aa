using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Net.Http.Headers;
using Serverless.Functions.Api.Bodies;
using Serverless.Functions.Api.Confluent;
using Serverless.Functions.Api.OpenApi;
using Serverless.Functions.Api.Security;

namespace Serverless.Functions.Api.Root;

/// <summary>
/// <c>GET /</c> and <c>POST /</c>: an empty object, by which clients of Confluent's proxy see that it lives; to a browser,
/// which asks for HTML, a page that says what this is.
/// </summary>
internal static class GetRoot
{
    /// <summary>The paths that the page leads to, where a node has them.</summary>
    private static readonly string[] Linked = ["/openapi.json", "/health/live", "/health/ready", "/metrics"];

    private static readonly string[] GetAndPost = [HttpMethods.Get, HttpMethods.Post];

    /// <summary>Maps it.</summary>
    /// <param name="routes">The host's routes.</param>
    public static void Map(IEndpointRouteBuilder routes) => routes.MapMethods("/", GetAndPost, Handle)
        .Open("It says that the server lives, and what it is.");

    private static ContentHttpResult Handle(HttpContext context)
    {
        var (request, headers) = (context.Request, context.Response.Headers);
        if (HttpMethods.IsPost(request.Method))
        {
            return TypedResults.Text("{}", ConfluentMediaTypes.V2);
        }

        headers.Vary = HeaderNames.Accept;
        if (MediaTypes.Choose(request, ConfluentMediaTypes.V2, MediaTypes.Json, MediaTypes.Html) != MediaTypes.Html)
        {
            return TypedResults.Text("{}", ConfluentMediaTypes.V2);
        }

        headers.CacheControl = "no-store";
        headers.ContentSecurityPolicy = RootPage.ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        return TypedResults.Content(PageOf(context), MediaTypes.Html, Encoding.UTF8);
    }

    private static string PageOf(HttpContext context)
    {
        var (request, services) = (context.Request, context.RequestServices);
        var mapped = services.GetRequiredService<EndpointDataSource>().Endpoints
            .OfType<RouteEndpoint>()
            .DistinctBy(static route => route.RoutePattern.RawText)
            .ToDictionary(static route => route.RoutePattern.RawText ?? "", StringComparer.Ordinal);
        var needsKey = services.GetRequiredService<AccessSettings>().Anonymous != AnonymousAccess.All;
        var links = Linked.Where(mapped.ContainsKey)
            .Select(path => (path, !needsKey || mapped[path].Metadata.GetMetadata<Access>()?.IsOpen is true));
        var version = services.GetRequiredService<OpenApiDocument>().Version;
        return RootPage.Write($"{request.Scheme}://{request.Host}{request.PathBase}", version, needsKey, links);
    }
}
