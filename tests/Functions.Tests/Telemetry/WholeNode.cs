using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Serverless.Functions.Host.Hosting;
using Serverless.Functions.Tests.Host;

namespace Serverless.Functions.Tests.Telemetry;

/// <summary>A node in this process as the program puts it together, over a folder of its own.</summary>
internal sealed class WholeNode : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("serverless-telemetry-");
    private NodeStorage? _storage;
    private Node? _node;
    private WebApplication? _app;

    /// <summary>Speaks to the node.</summary>
    public HttpClient Client { get; } = new(new SocketsHttpHandler { ActivityHeadersPropagator = null });

    /// <summary>The engine.</summary>
    public Node Node => _node!;

    public static async Task<WholeNode> StartAsync(
        (string Name, string Value)[] variables, ILoggerProvider? logs = null, params string[] arguments)
    {
        var started = new WholeNode();
        var settings = SettingsUnderTest.Good(
            started._folder.FullName,
            variables,
            ["--urls", "http://127.0.0.1:0", "--data", started._folder.FullName, .. arguments]);
        started._storage = await NodeStorage.OpenAsync(
            settings.Storage, TimeProvider.System, TestContext.Current.CancellationToken);
        started._node = new Node(started._storage, settings, TimeProvider.System, Random.Shared);
        started._app = NodeApplication.Build(started._node, settings, TimeProvider.System, Random.Shared);
        if (logs is not null)
        {
            started._app.Services.GetRequiredService<ILoggerFactory>().AddProvider(logs);
        }

        await started._app.StartAsync(TestContext.Current.CancellationToken);
        started.Client.BaseAddress = new Uri(started._app.Urls.First());
        return started;
    }

    /// <summary>Stops the node; everything that was measured has been sent when this ends.</summary>
    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app!.StopAsync();
        await _app.DisposeAsync();
        await _node!.DisposeAsync();
        await _storage!.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
