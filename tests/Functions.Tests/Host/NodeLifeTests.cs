using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Serverless.Functions.Host.Hosting;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.Functions.Tests.Host;

public sealed class NodeLifeTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("serverless-node-").FullName;
    private readonly FailureLog _failures = new();
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
        builder.Logging.AddProvider(_failures);
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

    [Fact]
    public async Task A_damaged_deletion_is_logged_at_the_start_and_does_not_keep_the_process_from_stopping()
    {
        await _storage.Tables.ExecuteAsync(
            TopicCatalog.TablePartition, [new RowChange.Insert("deleted|0", "no note"u8.ToArray())], Token);

        await _process.StartAsync(Token);
        while (_failures.Entries.IsEmpty)
        {
            await Task.Yield();
        }

        await _process.StopAsync(Token);

        Assert.Contains("deleted|0", Assert.Single(_failures.Entries), StringComparison.Ordinal);
    }
}
