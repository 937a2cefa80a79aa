using System.Reflection;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Serverless.Functions.Api;
using Serverless.Functions.Host.Settings;
using Serverless.Functions.Host.Telemetry;

namespace Serverless.Functions.Host.Hosting;

/// <summary>The HTTP server around a node.</summary>
internal static class NodeApplication
{
    /// <summary>The version of the product.</summary>
    public static string Version { get; } =
        typeof(NodeApplication).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()
            ?.InformationalVersion ?? "";

    /// <summary>Builds the server; it listens when it is started.</summary>
    /// <param name="node">The engine; stays with the caller, who disposes it after the server.</param>
    /// <param name="settings">The checked settings.</param>
    /// <param name="time">The only clock.</param>
    /// <param name="random">The only source of randomness.</param>
    public static WebApplication Build(Node node, HostSettings settings, TimeProvider time, Random random)
    {
        // Empty on purpose: the only settings are ours, so no stray appsettings.json or variable changes the server.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions
        {
            ApplicationName = typeof(NodeApplication).Assembly.GetName().Name,
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.WebHost
            .UseKestrelCore()
            .UseUrls([.. settings.Urls])
            .ConfigureKestrel(kestrel => Limit(kestrel, settings));
        // What the environment says about telemetry, and nothing else of it.
        builder.Configuration.AddInMemoryCollection(settings.Telemetry.Variables);
        builder.Logging.AddNodeLogging(settings, node.Id);
        builder.Services.AddRoutingCore();
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = settings.Shutdown);
        builder.Services.Configure<ConsoleLifetimeOptions>(static options => options.SuppressStatusMessages = true);
        builder.Services.AddSingleton(MetricsEndpoint.Description);
        builder.Services.AddNode(node, settings, time, random);

        var app = builder.Build();
        if (settings.BehindFunctionsHost)
        {
            // The Functions host sets these headers itself, and only it can reach the loopback port: the address that
            // the client used is the one that answers must name.
            app.UseForwardedHeaders(new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.All });
        }

        app.MapEventApi();
        app.MapHealth();
        app.MapMetricsPage();
        return app;
    }

    private static void Limit(KestrelServerOptions kestrel, HostSettings settings)
    {
        var server = settings.Server;
        kestrel.AddServerHeader = false;
        // Endpoints that read a body piece by piece put their own limit in its place.
        kestrel.Limits.MaxRequestBodySize = settings.Api.RequestBytesMax;
        kestrel.Limits.MaxRequestHeadersTotalSize = server.HeaderBytesMax;
        kestrel.Limits.MaxRequestHeaderCount = server.HeadersMax;
        kestrel.Limits.RequestHeadersTimeout = server.HeadersTimeout;
        kestrel.Limits.MaxConcurrentConnections = server.ConnectionsMax;
        kestrel.Limits.MinRequestBodyDataRate = server.BodyRateMin == 0
            ? null
            : new MinDataRate(server.BodyRateMin, gracePeriod: TimeSpan.FromSeconds(10));
    }
}
