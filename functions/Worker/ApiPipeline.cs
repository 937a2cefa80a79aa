using Serverless.Functions.Api;
using Serverless.Functions.Host.Hosting;
using Serverless.Functions.Host.Telemetry;

namespace Serverless.Functions.Worker;

/// <summary>
/// Carries requests from the worker's catch-all function to the endpoints, as the worker lets nobody map routes.
/// </summary>
public sealed class ApiPipeline
{
    private readonly RequestDelegate _run;

    /// <summary>Builds the pipeline once.</summary>
    /// <param name="services">The services of the worker.</param>
    public ApiPipeline(IServiceProvider services)
    {
        var app = new ApplicationBuilder(services);
        app.UseForwardedHeaders(ForwardedAddress.FromHost);
        app.UseEventApi();
        app.UseRouting();
        app.UseEndpoints(static routes =>
        {
            routes.MapEventApi();
            routes.MapHealth();
            routes.MapMetricsPage();
        });
        _run = app.Build();
    }

    /// <summary>Answers one request.</summary>
    /// <param name="context">The request as the worker's server received it.</param>
    public Task InvokeAsync(HttpContext context)
    {
        // The worker matched its catch-all route, which says nothing about ours.
        context.SetEndpoint(null);
        context.Request.RouteValues = [];
        return _run(context);
    }
}
