using System.Globalization;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Serverless.Functions.Host.Settings;

namespace Serverless.Functions.Host.Hosting;

/// <summary>The life of a node as a process: start, serve, drain, leave.</summary>
/// <param name="output">Where the line of the start and the line of the stop go.</param>
/// <param name="errors">Where it says why it could not start.</param>
/// <param name="time">The only clock.</param>
/// <param name="random">The only source of randomness.</param>
internal sealed class NodeProcess(TextWriter output, TextWriter errors, TimeProvider time, Random random)
{
    /// <summary>The process stopped because it was asked to.</summary>
    public const int Stopped = 0;

    /// <summary>The surroundings do not let it start: address in use, store not reachable.</summary>
    public const int CannotStart = 1;

    /// <summary>Its settings are wrong.</summary>
    public const int WrongSettings = 2;

    /// <summary>Runs a node until it is asked to stop.</summary>
    /// <param name="settings">The checked settings.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(HostSettings settings)
    {
        try
        {
            await using var storage = await NodeStorage.OpenAsync(settings.Storage, time, CancellationToken.None);
            await using var node = new Node(storage, settings, time, random);
            await ServeAsync(node, settings);
            return Stopped;
        }
        catch (Exception exception) when (StartFault.Describe(exception, settings) is not null)
        {
            await errors.WriteLineAsync(StartFault.Describe(exception, settings));
            return CannotStart;
        }
    }

    private async Task ServeAsync(Node node, HostSettings settings)
    {
        await using var app = NodeApplication.Build(node, settings, time, random);
        using var meters = MetricsEndpoint.Listen(app.Services.GetRequiredService<Prometheus.CollectorRegistry>());
        await app.StartAsync();
        var startedAt = time.GetTimestamp();
        var server = app.Services.GetRequiredService<IServer>();
        var address = server.Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First();
        await output.WriteLineAsync(
            $"Serverless {NodeApplication.Version} listens on {address}, {node.Storage.Description}, node {node.Id}");
        await output.WriteLineAsync($"Try: curl {address}/api/v1/topics");

        await app.WaitForShutdownAsync();
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"Serverless stopped after {time.GetElapsedTime(startedAt).TotalSeconds:0.0} s, node {node.Id}"));
    }
}
