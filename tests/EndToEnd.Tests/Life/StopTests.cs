using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Serverless.EndToEnd.Tests.Harness;

namespace Serverless.EndToEnd.Tests.Life;

public sealed class StopTests : IAsyncLifetime
{
    private readonly Place _place = Place.Embedded();
    private HostProcess _node = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _node = await _place.StartNodeAsync();
        using var created = await _node.Client.PostAsJsonAsync("/api/v1/topics", new { name = "orders" }, Cancellation);
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
    }

    public ValueTask DisposeAsync() => _place.DisposeAsync();

    [Theory]
    [InlineData(Signals.Interrupt)]
    [InlineData(Signals.Terminate)]
    public async Task A_node_that_is_asked_to_stop_leaves_within_five_seconds_whoever_still_waits(int signal)
    {
        using var tail = await _node.Client.GetAsync(
            "/api/v1/topics/orders/records?format=sse", HttpCompletionOption.ResponseHeadersRead, Cancellation);
        var events = tail.Content.ReadAsStringAsync(Cancellation);
        var poll = _node.Client.GetStringAsync("/api/v1/topics/orders/records?wait=60s", Cancellation);
        await AwaitRequestsAsync(3);
        var began = Stopwatch.GetTimestamp();

        _node.Send(signal);

        Assert.Equal(0, await _node.ExitAsync());
        Assert.InRange(Stopwatch.GetElapsedTime(began), TimeSpan.Zero, TimeSpan.FromSeconds(5));
        Assert.StartsWith("Serverless stopped after ", _node.Output[^1], StringComparison.Ordinal);
        Assert.Empty(_node.Errors);

        // Both were answered to their end, not cut off.
        Assert.Contains("event: end", await events, StringComparison.Ordinal);
        Assert.StartsWith("{\"records\":[]", await poll, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_acknowledged_is_there_after_a_stop_and_a_start()
    {
        await PostAsync("one");
        _node.Send(Signals.Terminate);
        Assert.Equal(0, await _node.ExitAsync());

        _node = await _place.StartNodeAsync();
        await PostAsync("two");

        Assert.Equal(["one", "two"], await ReadAsync());
    }

    [Fact]
    public async Task What_was_acknowledged_is_there_after_a_kill_and_a_start()
    {
        await PostAsync("one");
        await _node.KillAsync();

        _node = await _place.StartNodeAsync();
        await PostAsync("two");

        Assert.Equal(["one", "two"], await ReadAsync());
    }

    private async Task PostAsync(string value)
    {
        using var response = await _node.Client.PostAsJsonAsync(
            "/api/v1/topics/orders/records", new { value }, Cancellation);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(Cancellation));
    }

    private async Task<List<string?>> ReadAsync()
    {
        using var page = JsonDocument.Parse(
            await _node.Client.GetStringAsync("/api/v1/topics/orders/records", Cancellation));
        return [.. page.RootElement.GetProperty("records").EnumerateArray().Select(
            static record => record.GetProperty("value").GetString())];
    }

    // The metrics page counts itself among the requests that are being served.
    private async Task AwaitRequestsAsync(int requests)
    {
        var wanted = $"http_server_active_requests{{http_request_method=\"GET\",url_scheme=\"http\"}} {requests}\n";
        var page = "";
        while (!page.Contains(wanted, StringComparison.Ordinal))
        {
            page = await _node.Client.GetStringAsync("/metrics", Cancellation);
        }
    }
}
