using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Azure.Functions.Worker.Builder;
using Serverless.Functions.Host.Hosting;
using Serverless.Functions.Host.Settings;

namespace Serverless.Functions.Worker;

/// <summary>A node as an isolated worker of Azure Functions, over the same API as the custom handler.</summary>
internal static class WorkerProgram
{
    /// <summary>Runs until the Functions host ends the worker.</summary>
    /// <param name="args">How to reach the Functions host.</param>
    /// <returns>
    /// 0 after a stop that was asked for; never 0 after a fault, because the Functions host would not start it again.
    /// </returns>
    public static async Task<int> Main(string[] args)
    {
        using var loss = new MemoryLoss(Environment.FailFast);
        var builder = FunctionsApplication.CreateBuilder(args);
        builder.ConfigureFunctionsWebApplication();

        var outcome = SettingsOutcome.Read(
            new Dictionary<string, string?>(), builder.Configuration, Environment.CurrentDirectory, isWorker: true);
        if (outcome is not SettingsOutcome.Good { Settings: var settings })
        {
            var problems = ((SettingsOutcome.Refused)outcome).Problems;
            await Console.Error.WriteLineAsync(string.Join(Environment.NewLine, problems));
            return 2;
        }

        // The one place where the shared source of randomness is handed out; everything below takes a Random.
#pragma warning disable RS0030
        var random = Random.Shared;
#pragma warning restore RS0030
        await using var storage = await NodeStorage.OpenAsync(
            settings.Storage, TimeProvider.System, CancellationToken.None);
        await using var node = new Node(storage, settings, TimeProvider.System, random);
        builder.Configuration.AddInMemoryCollection(settings.Telemetry.Variables);
        builder.Logging.UseNodeLogging(settings, node.Id);
        builder.Services.AddNode(node, settings, TimeProvider.System, random);
        builder.Services.AddSingleton<ApiPipeline>();
        builder.Services.Configure<KestrelServerOptions>(
            kestrel => kestrel.Limits.MaxRequestBodySize = settings.Api.RequestBytesMax);

        await builder.Build().RunAsync();
        return 0;
    }
}
