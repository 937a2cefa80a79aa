using System.Globalization;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Serverless.Functions.Api.Security;
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

    /// <summary>
    /// The process stopped because it was asked to, and the Azure Functions host shall start it again. That host takes 0
    /// for the end of the app: it would not start it again, and requests would find nobody.
    /// </summary>
    public const int StartAgain = 200;

    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _startedAt;
    private string _node = "";

    /// <summary>
    /// Runs a node until it is asked to stop. It then leaves within <see cref="HostSettings.Shutdown"/> and
    /// <see cref="StorageEngine.Log.EventLogSettings.CloseTimeout"/> together, whatever the storage does.
    /// </summary>
    /// <param name="settings">The checked settings.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(HostSettings settings)
    {
        using var loss = new MemoryLoss(Environment.FailFast);
        try
        {
            var life = LiveAsync(settings);
            if (await Task.WhenAny(life, AwaitLimitAsync(settings)) == life)
            {
                await life;
            }
            else
            {
                // Leaving what is in flight to itself is what a kill does, too: every write is safe against it.
                await errors.WriteLineAsync(
                    "Storage calls were still in flight at the end, and were left to themselves.");
            }

            await output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"Serverless stopped after {time.GetElapsedTime(_startedAt).TotalSeconds:0.0} s, node {_node}"));
            return settings.BehindFunctionsHost ? StartAgain : Stopped;
        }
        catch (Exception exception) when (StartFault.Describe(exception, settings) is not null)
        {
            await errors.WriteLineAsync(StartFault.Describe(exception, settings));
            return CannotStart;
        }
    }

    private async Task AwaitLimitAsync(HostSettings settings)
    {
        await _asked.Task;
        await Task.Delay(settings.Shutdown + settings.Log.CloseTimeout, time);
    }

    private async Task LiveAsync(HostSettings settings)
    {
        await using var storage = await NodeStorage.OpenAsync(settings.Storage, time, CancellationToken.None);
        await using var node = new Node(storage, settings, time, random);
        await ServeAsync(node, settings);
    }

    private async Task ServeAsync(Node node, HostSettings settings)
    {
        await using var app = NodeApplication.Build(node, settings, time, random);
        app.Lifetime.ApplicationStopping.Register(() => _asked.TrySetResult());
        await app.StartAsync();
        (_startedAt, _node) = (time.GetTimestamp(), node.Id);
        var server = app.Services.GetRequiredService<IServer>();
        var address = server.Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First();
        await output.WriteLineAsync(
            $"Serverless {NodeApplication.Version} listens on {address}, {node.Storage.Description}, node {node.Id}");
        if (settings.Access.Anonymous != AnonymousAccess.All)
        {
            await output.WriteLineAsync(
                "Requests need a key. With the storage settings of this node, this makes one:"
                + " keys create --principal User:NAME");
            await app.WaitForShutdownAsync();
            return;
        }

        await output.WriteLineAsync(
            $"Try: curl -X POST {address}/api/v1/topics -H 'Content-Type: application/json'"
            + """ -d '{"name":"orders","partitions":2}'""");
        await app.WaitForShutdownAsync();
    }
}
