using System.Net.Mime;
using System.Text;
using Serverless.Functions.Api.OpenApi;
using Serverless.Functions.Api.Security;

namespace Serverless.Functions.Host.Hosting;

/// <summary><c>/health/live</c> and <c>/health/ready</c>, for whoever restarts nodes and sends them traffic.</summary>
internal static class HealthEndpoints
{
    private const string Harmless = "It says whether the node works, to those who watch it and have no key.";

    /// <summary>How the OpenAPI document describes them.</summary>
    public static OpenApiSource Description { get; } = new(typeof(HealthEndpoints).Assembly, "OpenApi/health");

    /// <summary>Maps both.</summary>
    /// <param name="routes">The host's routes.</param>
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        string[] methods = [HttpMethods.Get, HttpMethods.Head];
        var guarded = routes.MapGuarded();
        guarded.MapMethods("/health/live", methods, static context => SayAsync(context, "live")).Open(Harmless);
        guarded.MapMethods("/health/ready", methods, ReadyAsync).Open(Harmless);
    }

    private static async Task ReadyAsync(HttpContext context)
    {
        var problem = await context.RequestServices.GetRequiredService<ReadinessProbe>().CheckAsync();
        if (problem is not null)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            context.Response.Headers.RetryAfter = "1";
        }

        await SayAsync(context, problem ?? "ready");
    }

    private static Task SayAsync(HttpContext context, string text)
    {
        context.Response.ContentType = MediaTypeNames.Text.Plain;
        context.Response.Headers.CacheControl = "no-store";
        context.Response.ContentLength = Encoding.UTF8.GetByteCount(text) + 1;
        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : context.Response.WriteAsync(text + "\n");
    }
}
