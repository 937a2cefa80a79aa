using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Serverless.Functions.Host.Hosting;
using Serverless.Functions.Tests.Telemetry;

namespace Serverless.Functions.Tests.Host;

public sealed class NodeLifeTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("serverless-node-").FullName;
    private NodeStorage _storage = null!;
    private readonly WholeLog _log = new();
    private Node _node = null!;
    private IHost _process = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var settings = SettingsUnderTest.Good(
            "--data", _folder, "--segment-bytes", "30000", "--retention-bytes", "20000");
        _storage = await NodeStorage.OpenAsync(settings.Storage, TimeProvider.System, Token);
        _node = new Node(_storage, settings, TimeProvider.System, Random.Shared);
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddNode(_node, settings, TimeProvider.System, Random.Shared);
        builder.Services.AddSingleton<ILoggerProvider>(_log);
        _process = builder.Build();
    }

    public async ValueTask DisposeAsync()
    {
        _process.Dispose();
        await _node.DisposeAsync();
        await _storage.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_process_with_a_node_ends_its_waits_when_it_stops()
    {
        await _process.StartAsync(Token);
        Assert.False(_node.Log.WaitsEnded);

        await _process.StopAsync(Token);

        Assert.True(_node.Log.WaitsEnded);
    }

    [Fact]
    public async Task A_process_with_a_node_says_what_is_odd_about_its_settings()
    {
        await _process.StartAsync(Token);

        Assert.Contains(_log.Entries, static line =>
            line.Contains("Warning", StringComparison.Ordinal)
            && line.Contains("--segment-bytes is 30000", StringComparison.Ordinal));
    }
}
