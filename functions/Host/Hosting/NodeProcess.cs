using System.Globalization;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Serverless.Functions.Host.Settings;
using Serverless.StorageEngine.Storage;

namespace Serverless.Functions.Host.Hosting;

/// <summary>The life of a node as a process: start, serve, drain, leave.</summary>
/// <param name="output">Where the line of the start and the line of the stop go.</param>
/// <param name="errors">Where it says why it could not start.</param>
/// <param name="time">The only clock.</param>
/// <param name="random">The only source of randomness.</param>
internal sealed partial class NodeProcess(TextWriter output, TextWriter errors, TimeProvider time, Random random)
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

        // Long polls and live tails would use up the time that requests in flight get.
        app.Lifetime.ApplicationStopping.Register(node.Log.EndWaits);
        var deletions = FinishDeletionsAsync(node, app.Logger, app.Lifetime.ApplicationStopping);
        await app.WaitForShutdownAsync();
        await deletions;
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"Serverless stopped after {time.GetElapsedTime(startedAt).TotalSeconds:0.0} s, node {node.Id}"));
    }

    // Topics whose deletion another node began and did not finish. Nobody waits for it.
    private static async Task FinishDeletionsAsync(Node node, ILogger logger, CancellationToken stopping)
    {
        try
        {
            await node.Topics.FinishDeletionsAsync(stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The next start does what is left.
        }
        catch (Exception exception) when (exception is StorageUnavailableException or StorageOutcomeUnknownException)
        {
            DeletionsUnfinished(logger, exception.Message);
        }
    }

    [LoggerMessage(601, LogLevel.Warning, "Deleted topics still have data, which the next start removes: {Reason}")]
    private static partial void DeletionsUnfinished(ILogger logger, string reason);
}
