using Microsoft.Extensions.Hosting;
using Serverless.Functions.Host.Hosting;

namespace Serverless.Functions.Tests.Host;

public sealed class NodeLifeTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("serverless-node-").FullName;
    private NodeStorage _storage = null!;
    private Node _node = null!;
    private IHost _process = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var settings = SettingsUnderTest.Good("--data", _folder);
        _storage = await NodeStorage.OpenAsync(settings.Storage, TimeProvider.System, Token);
        _node = new Node(_storage, settings, TimeProvider.System, Random.Shared);
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddNode(_node, settings, TimeProvider.System, Random.Shared);
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
}
