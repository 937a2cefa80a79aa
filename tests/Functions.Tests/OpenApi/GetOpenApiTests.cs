using System.Net;
using System.Text.Json.Nodes;

namespace Serverless.Functions.Tests.OpenApi;

public sealed class GetOpenApiTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_document_names_the_address_that_the_client_used()
    {
        await using var server = await ApiServer.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/openapi.json");
        request.Headers.Host = "log.example:8443";

        using var response = await server.Client.SendAsync(request, Token);

        var document = JsonNode.Parse(await response.Content.ReadAsStringAsync(Token))!;
        Assert.Equal("3.1.0", document["openapi"]!.GetValue<string>());
        Assert.Equal("http://log.example:8443", document["servers"]![0]!["url"]!.GetValue<string>());
        Assert.Equal(
            ["http://log.example:8443", "http://log.example:8443/kafka"],
            document["paths"]!["/v3/clusters"]!["servers"]!.AsArray().Select(one => one!["url"]!.GetValue<string>()));
    }

    [Fact]
    public async Task A_client_that_has_the_document_is_not_sent_it_again()
    {
        await using var server = await ApiServer.StartAsync();
        using var first = await server.Client.GetAsync("/openapi.json", Token);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/openapi.json");
        request.Headers.IfNoneMatch.Add(first.Headers.ETag!);

        using var second = await server.Client.SendAsync(request, Token);

        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
        Assert.Equal(first.Headers.ETag, second.Headers.ETag);
    }

    [Fact]
    public async Task Another_address_is_another_document()
    {
        await using var server = await ApiServer.StartAsync();
        using var first = await server.Client.GetAsync("/openapi.json", Token);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/openapi.json");
        request.Headers.Host = "log.example";
        request.Headers.IfNoneMatch.Add(first.Headers.ETag!);

        using var second = await server.Client.SendAsync(request, Token);

        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
    }
}
