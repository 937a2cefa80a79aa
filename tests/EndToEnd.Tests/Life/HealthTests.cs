using System.Net;
using Serverless.EndToEnd.Tests.Harness;

namespace Serverless.EndToEnd.Tests.Life;

public sealed class HealthTests : IAsyncLifetime
{
    private readonly Place _place = Place.Embedded();
    private HostProcess _node = null!;

    public async ValueTask InitializeAsync() => _node = await _place.StartNodeAsync();

    public ValueTask DisposeAsync() => _place.DisposeAsync();

    [Theory]
    [InlineData("/health/live", "live\n")]
    [InlineData("/health/ready", "ready\n")]
    public async Task A_node_that_can_work_says_so(string path, string answer)
    {
        using var response = await _node.Client.GetAsync(path, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(answer, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.False(response.Headers.Contains("Server"));
    }

    [Fact]
    public async Task Metrics_count_requests_by_route_and_not_by_path()
    {
        // The document knows no such parameter, so the client that is held to it cannot send one.
        using var anyone = new HttpClient { BaseAddress = _node.Client.BaseAddress };
        await anyone.GetAsync("/health/live?a=1", TestContext.Current.CancellationToken);
        await _node.Client.GetAsync("/some/path/of/my/own", TestContext.Current.CancellationToken);

        using var response = await _node.Client.GetAsync("/metrics", TestContext.Current.CancellationToken);

        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal("text/plain", response.Content.Headers.ContentType?.MediaType);
        Assert.Matches(
            "(?m)^http_server_request_duration_seconds_count" +
            "\\{.*http_route=\"/health/live\".*\\} 1$",
            text);
        Assert.Contains("dotnet_", text, StringComparison.Ordinal);
        Assert.DoesNotContain("my/own", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_headers_than_allowed_are_refused_and_do_no_harm()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/health/live");
        for (var i = 0; i < 200; i++)
        {
            request.Headers.Add($"X-{i}", "x");
        }

        using var refused = await _node.Client.SendAsync(request, TestContext.Current.CancellationToken);
        using var next = await _node.Client.GetAsync("/health/live", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.RequestHeaderFieldsTooLarge, refused.StatusCode);
        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
    }
}
