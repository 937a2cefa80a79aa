using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using Serverless.Azurite;
using Serverless.EndToEnd.Tests.Harness;

namespace Serverless.EndToEnd.Tests.Life;

/// <summary>A node over a storage service that suddenly answers nothing any more.</summary>
public sealed class StopWithSilentStorageTests(SharedAzurite azurite) : IAsyncLifetime
{
    private FaultProxy _blobs = null!;
    private FaultProxy _tables = null!;
    private Place _place = null!;
    private HostProcess _node = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var server = await azurite.StartedAsync();
        (_blobs, _tables) = (new FaultProxy(server.BlobEndpoint), new FaultProxy(server.TableEndpoint));
        _place = Place.InAzurite(azurite, server.ConnectionStringVia(_blobs.Address, _tables.Address));
        _node = await _place.StartNodeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _place.DisposeAsync();
        await _blobs.DisposeAsync();
        await _tables.DisposeAsync();
    }

    [Fact]
    public async Task A_node_that_is_asked_to_stop_leaves_within_five_seconds_although_its_storage_is_silent()
    {
        using var created = await _node.Client.PostAsJsonAsync("/api/v1/topics", new { name = "orders" }, Cancellation);
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        using var stored = await _node.Client.PostAsJsonAsync(
            "/api/v1/topics/orders/records", new { value = "one" }, Cancellation);
        Assert.True(stored.IsSuccessStatusCode);
        _blobs.Choose(static _ => ProxyFault.KeepSilent);
        _tables.Choose(static _ => ProxyFault.KeepSilent);

        // A read that uses up the time of requests in flight; then the lease cannot be given back.
        var calls = _tables.Requests.Count;
        var stuck = _node.Client.GetStringAsync("/api/v1/topics", Cancellation);
        while (_tables.Requests.Count == calls)
        {
            await Task.Yield();
        }

        var began = Stopwatch.GetTimestamp();

        _node.Send(Signals.Terminate);

        Assert.Equal(0, await _node.ExitAsync());
        Assert.InRange(Stopwatch.GetElapsedTime(began), TimeSpan.Zero, TimeSpan.FromSeconds(5));
        Assert.StartsWith("Serverless stopped after ", _node.Output[^1], StringComparison.Ordinal);
        Assert.Equal(3, _node.Output.Count);
        await Assert.ThrowsAsync<HttpRequestException>(() => stuck);
    }
}
