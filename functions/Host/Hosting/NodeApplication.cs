using System.Reflection;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Serverless.Functions.Api;
using Serverless.Functions.Host.Settings;
using Serverless.Functions.Host.Telemetry;
using Serverless.StorageEngine.Retention;

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
        if (settings.BehindFunctionsHost)
        {
            // Before anything else that stands in front of the endpoints.
            builder.Services.AddSingleton<IStartupFilter, FunctionsHostFront>();
        }
        else
        {
            AddMaintenanceTimer(builder.Services, settings, time, random);
        }

        builder.Services.AddNode(node, settings, time, random);

        var app = builder.Build();
        app.MapEventApi();
        app.MapHealth();
        app.MapMetricsPage();
        return app;
    }

    private static void AddMaintenanceTimer(
        IServiceCollection services, HostSettings settings, TimeProvider time, Random random) =>
        services.AddHostedService(provider => new MaintenanceTimer(
            provider.GetRequiredService<StoreMaintenance>().RunIfDueAsync,
            settings.MaintenanceInterval,
            time,
            random,
            provider.GetRequiredService<ILogger<MaintenanceTimer>>()));

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
