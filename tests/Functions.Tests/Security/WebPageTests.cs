using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Functions.Api.Security;
using Serverless.Functions.Tests.Native;

namespace Serverless.Functions.Tests.Security;

/// <summary>What a browser sends for a page of somebody else has no rights of those who show nothing.</summary>
public sealed class WebPageTests
{
    [Theory]
    [InlineData("http://evil.example")]
    [InlineData("https://127.0.0.1.evil.example")]
    [InlineData("http://evil.localhost.example")]
    [InlineData("null")]
    [InlineData("file://")]
    [InlineData("")]
    public async Task A_page_of_another_host_stores_nothing(string origin)
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("orders");

        using var refused = await SendAsync(server, HttpMethod.Post, "/api/v1/topics/orders/records", null, origin);

        var problem = await refused.ProblemAsync(HttpStatusCode.Forbidden, "CLUSTER_AUTHORIZATION_FAILED");
        Assert.Contains("Origin", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData(null, "http://127.0.0.1:3000")]
    [InlineData(null, "http://localhost:3000")]
    [InlineData("log.example.org", "https://log.example.org")]
    [InlineData("LOG.example.org:8080", "https://log.EXAMPLE.org")]
    public async Task A_page_of_the_same_host_is_served(string? host, string? origin)
    {
        await using var server = await ApiServer.StartAsync();

        using var served = await SendAsync(server, HttpMethod.Get, "/api/v1/topics", host, origin);

        Assert.Equal(HttpStatusCode.OK, served.StatusCode);
    }

    [Theory]
    [InlineData("rebound.evil.example:7071", HttpStatusCode.Forbidden)]
    [InlineData("localhost.evil.example", HttpStatusCode.Forbidden)]
    [InlineData("notlocalhost", HttpStatusCode.Forbidden)]
    [InlineData("10.0.0.1", HttpStatusCode.Forbidden)]
    [InlineData("[2001:db8::1]:7071", HttpStatusCode.Forbidden)]
    [InlineData("localhost:7071", HttpStatusCode.OK)]
    [InlineData("LocalHost.", HttpStatusCode.OK)]
    [InlineData("log.localhost", HttpStatusCode.OK)]
    [InlineData("127.0.0.1:7071", HttpStatusCode.OK)]
    [InlineData("127.3.2.1", HttpStatusCode.OK)]
    [InlineData("[::1]:7071", HttpStatusCode.OK)]
    public async Task A_node_that_only_its_machine_reaches_goes_by_names_of_the_machine(
        string host, HttpStatusCode status)
    {
        await using var server = await OnLoopbackAsync(AnonymousAccess.All);

        using var answer = await SendAsync(server.Server, HttpMethod.Get, "/api/v1/topics", host, $"http://{host}");

        Assert.Equal(status, answer.StatusCode);
    }

    [Fact]
    public async Task Nor_does_a_page_get_the_rights_that_are_stored_for_whoever_shows_nothing()
    {
        await using var server = await OnLoopbackAsync(AnonymousAccess.Acls);
        await server.AllowAsync("ANONYMOUS", Right.DescribeTopic, "*");

        using var page = await SendAsync(server.Server, HttpMethod.Get, "/api/v1/topics", null, "http://evil.example");
        using var rebound = await SendAsync(server.Server, HttpMethod.Get, "/api/v1/topics", "evil.example", null);
        using var own = await SendAsync(server.Server, HttpMethod.Get, "/api/v1/topics", null, null);

        Assert.Equal(
            (HttpStatusCode.Forbidden, HttpStatusCode.Forbidden, HttpStatusCode.OK),
            (page.StatusCode, rebound.StatusCode, own.StatusCode));
    }

    [Fact]
    public async Task A_made_up_key_of_Event_Grid_shows_nothing_either()
    {
        await using var server = await OnLoopbackAsync(AnonymousAccess.All);

        using var rebound = await SendAsync(
            server.Server, HttpMethod.Get, "/api/v1/topics", "evil.example", null, "SharedAccessKey any");

        Assert.Equal(HttpStatusCode.Forbidden, rebound.StatusCode);
    }

    [Fact]
    public async Task Whoever_shows_a_key_is_served_wherever_his_page_comes_from()
    {
        await using var server = await OnLoopbackAsync(AnonymousAccess.All);
        var key = await server.KeyOfAsync(GuardedServer.Admin);

        using var answer = await SendAsync(
            server.Server,
            HttpMethod.Get,
            "/api/v1/topics",
            "log.example.org",
            "https://shop.example.org",
            $"Bearer {key.Id}:{key.Secret}");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private static Task<GuardedServer> OnLoopbackAsync(AnonymousAccess anonymous) =>
        GuardedServer.StartAsync(configure: services => services.AddSingleton(new AccessSettings
        {
            Anonymous = anonymous,
            OnLoopbackOnly = true,
            SuperUsers = [GuardedServer.Named(GuardedServer.Admin)],
        }));

    private static async Task<HttpResponseMessage> SendAsync(
        ApiServer server, HttpMethod method, string path, string? host, string? origin, string? authorization = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (method == HttpMethod.Post)
        {
            request.Content = NativeClient.Content("hello", "text/plain");
        }

        request.Headers.Host = host;
        Add("Origin", origin);
        Add("Authorization", authorization);
        return await server.Client.SendAsync(request, NativeClient.Token);

        void Add(string name, string? value)
        {
            if (value is not null)
            {
                Assert.True(request.Headers.TryAddWithoutValidation(name, value));
            }
        }
    }
}
