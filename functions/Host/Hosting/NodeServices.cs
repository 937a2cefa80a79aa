using Serverless.Functions.Api;
using Serverless.Functions.Host.Settings;

namespace Serverless.Functions.Host.Hosting;

/// <summary>What the endpoints find in the container, whichever process they run in.</summary>
internal static class NodeServices
{
    /// <summary>Adds the API over a node.</summary>
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
        services.AddSingleton(settings.Api);
        services.AddSingleton(settings.Groups);
        services.AddSingleton(node.Codecs);
        services.AddSingleton(provider => new ReadinessProbe(
            node.Tables, time, provider.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping));
        services.AddEventApi();
    }
}
