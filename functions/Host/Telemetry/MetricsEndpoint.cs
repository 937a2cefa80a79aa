using System.Text;
using Serverless.Functions.Api.OpenApi;
using Serverless.Functions.Api.Security;

namespace Serverless.Functions.Host.Telemetry;

/// <summary><c>/metrics</c>: the meters of engine, HTTP server and runtime as Prometheus text.</summary>
internal static class MetricsEndpoint
{
    /// <summary>How the OpenAPI document describes the page.</summary>
    public static OpenApiSource Description { get; } = new(typeof(MetricsEndpoint).Assembly, "OpenApi/metrics");

    /// <summary>Maps the page.</summary>
    /// <param name="routes">The host's routes.</param>
    public static void MapMetricsPage(this IEndpointRouteBuilder routes)
    {
        var page = routes.MapGuarded().MapMethods(
            "/metrics", [HttpMethods.Get, HttpMethods.Head], static context => WriteAsync(context));
        _ = routes.ServiceProvider.GetRequiredService<AccessSettings>().MetricsOpen
            ? page.Open("The operator says so.")
            : page.Needs(Right.DescribeCluster);
    }

    private static async Task WriteAsync(HttpContext context)
    {
        context.Response.ContentType = PrometheusText.MediaType;
        if (!HttpMethods.IsHead(context.Request.Method)
            && context.RequestServices.GetService<PrometheusPage>() is { } page)
        {
            await context.Response.WriteAsync(page.Read(), Encoding.UTF8, context.RequestAborted);
        }
    }
}
