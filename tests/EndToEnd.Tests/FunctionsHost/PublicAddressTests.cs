using Serverless.EndToEnd.Tests.Harness;

namespace Serverless.EndToEnd.Tests.FunctionsHost;

/// <summary>Answers name the address that the client used, and nobody can make them name another.</summary>
public sealed class PublicAddressTests : IAsyncLifetime
{
    private HostedNode _node = null!;

    public async ValueTask InitializeAsync() => _node = await HostedNode.StartAsync();

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    [Fact]
    public async Task An_instance_of_a_consumer_group_is_below_the_address_that_the_client_used()
    {
        var (_, body) = await _node.SendAsync("POST", "/consumers/g", """{"name":"c","format":"json"}""");

        Assert.Equal($"{HostedNode.Public}/consumers/g/instances/c", (string?)body["base_uri"]);
    }

    [Fact]
    public async Task Resources_of_v3_name_themselves_and_others_below_the_address_that_the_client_used()
    {
        var (_, body) = await _node.SendAsync("GET", "/v3/clusters");

        var cluster = body["data"]![0]!;
        Assert.StartsWith($"{HostedNode.Public}/v3/clusters/", (string?)cluster["metadata"]!["self"]);
        Assert.StartsWith($"{HostedNode.Public}/v3/clusters/", (string?)cluster["topics"]!["related"]);
    }

    [Fact]
    public async Task A_browser_gets_a_page_whose_examples_name_the_address_and_whose_links_do_not()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.Add("Accept", "text/html");
        using var answer = await _node.Client.SendAsync(request, TestContext.Current.CancellationToken);

        var page = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains($" -X POST {HostedNode.Public}/api/v1/topics ", page, StringComparison.Ordinal);
        Assert.Contains("href=\"./health/ready\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("href=\"http", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Forwarded_headers_of_a_client_change_nothing()
    {
        var (_, body) = await _node.SendAsync(
            "GET", "/v3/clusters", null, ("X-Forwarded-Host", "evil.example"), ("X-Forwarded-Proto", "gopher"),
            ("X-Forwarded-For", "127.0.0.1"), ("X-Forwarded-Prefix", "/evil"), ("Forwarded", "host=evil.example"),
            ("X-Original-Host", "evil.example"));

        Assert.StartsWith($"{HostedNode.Public}/v3/clusters/", (string?)body["data"]![0]!["metadata"]!["self"]);
        Assert.DoesNotContain("evil", body.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_that_listens_by_itself_believes_no_forwarded_header()
    {
        using var folder = new ScratchFolder();
        await using var alone = await HostProcess.StartAsync(folder.Path);
        using var client = new HttpClient { BaseAddress = alone.Address };
        client.DefaultRequestHeaders.Add("X-Forwarded-Host", "evil.example");
        client.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");

        var text = await client.GetStringAsync("/v3/clusters", TestContext.Current.CancellationToken);

        Assert.DoesNotContain("evil", text, StringComparison.Ordinal);
        Assert.Contains($"\"{alone.Address.GetLeftPart(UriPartial.Authority)}/v3", text, StringComparison.Ordinal);
    }
}
