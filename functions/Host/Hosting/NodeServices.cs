using Serverless.Functions.Api;
using Serverless.Functions.Api.Security.Tokens;
using Serverless.Functions.Host.Settings;
using Serverless.Functions.Host.Telemetry;
using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Retention;
using Serverless.StorageEngine.Security;

namespace Serverless.Functions.Host.Hosting;

/// <summary>What a node adds to the container of a process, whichever it is.</summary>
internal static class NodeServices
{
    /// <summary>Adds the API over a node, and what the node does at the start and the stop of the process.</summary>
    /// <param name="services">The services of the process.</param>
    /// <param name="node">The engine; stays with the caller.</param>
    /// <param name="settings">The checked settings.</param>
    /// <param name="time">The only clock.</param>
    /// <param name="random">The only source of randomness.</param>
    public static void AddNode(
        this IServiceCollection services, Node node, HostSettings settings, TimeProvider time, Random random)
    {
        services.AddSingleton(time);
        services.AddSingleton(random);
        services.AddSingleton(node.Log);
        services.AddSingleton(node.Topics);
        services.AddSingleton(node.Tables);
        services.AddSingleton(node.Meters);
        services.AddSingleton(node.Costs);
        services.AddSingleton(node.Keeper);
        services.AddSingleton(settings.Api);
        services.AddSingleton(settings.Access);
        services.AddSingleton(settings.Security);
        services.AddSingleton(settings.Quotas);
        if (settings.Tokens is { } tokens)
        {
            services.AddTokens(tokens);
        }

        services.AddSingleton<SecretBytes>(Secrets.Fill);
        services.AddSingleton(settings.Groups);
        services.AddSingleton(node.Codecs);
        services.AddSingleton(provider => new ReadinessProbe(
            node.Tables,
            time,
            provider.GetRequiredService<ILogger<ReadinessProbe>>(),
            provider.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping));
        services.AddHostedService(provider => new NodeLife(
            node,
            settings.Warnings,
            provider.GetRequiredService<IHostApplicationLifetime>(),
            provider.GetRequiredService<ILogger<NodeLife>>()));
        services.AddSingleton(provider => new DueMaintenance(
            provider.GetRequiredService<StoreMaintenance>().RunIfDueAsync,
            provider.GetRequiredService<StoreMaintenance>().RunAsync,
            settings.MaintenanceInterval,
            time));
        services.AddHostedService(provider => new LagTimer(
            provider.GetRequiredService<LagLook>().RunAsync,
            settings.Telemetry.LagInterval,
            time,
            provider.GetRequiredService<ILogger<LagTimer>>()));
        services.AddTelemetry(settings.Telemetry, node.Id);
        services.AddSingleton(HealthEndpoints.Description);
        services.AddEventApi();
    }
}
