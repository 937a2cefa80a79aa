using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Functions.Api.Security;
using Serverless.Functions.Host.Hosting;
using Serverless.Functions.Tests.Native;

namespace Serverless.Functions.Tests.Root;

public sealed partial class RootTests
{
    // As Firefox, Chromium and Safari send it.
    private const string Browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

    [Theory]
    [InlineData(null)]
    [InlineData("*/*")]
    [InlineData("application/json")]
    [InlineData("application/vnd.kafka.v2+json, application/vnd.kafka+json, application/json")]
    [InlineData("application/json, text/html;q=0.5")]
    [InlineData("text/*;q=0.1, */*")]
    [InlineData("text/html;q=0")]
    [InlineData("image/png")]
    [InlineData("rubbish;;")]
    public async Task Whoever_does_not_ask_for_html_gets_an_empty_object_as_from_confluents_proxy(string? accept)
    {
        await using var server = await ApiServer.StartAsync();

        using var response = await SendAsync(server, HttpMethod.Get, accept);

        Assert.Equal("{}", await response.Content.ReadAsStringAsync(NativeClient.Token));
        Assert.Equal("application/vnd.kafka.v2+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(["Accept"], response.Headers.Vary);
    }

    [Fact]
    public async Task Whoever_posts_gets_an_empty_object()
    {
        await using var server = await ApiServer.StartAsync();

        using var response = await SendAsync(server, HttpMethod.Post, Browser);

        Assert.Equal("{}", await response.Content.ReadAsStringAsync(NativeClient.Token));
    }

    [Fact]
    public async Task A_browser_gets_a_page_that_says_what_this_is()
    {
        await using var server = await ApiServer.StartAsync();

        using var response = await SendAsync(server, HttpMethod.Get, Browser);

        var page = await response.Content.ReadAsStringAsync(NativeClient.Token);
        Assert.Equal("text/html; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        Assert.Equal(["Accept"], response.Headers.Vary);
        Assert.Contains("<title>Serverless</title>", page, StringComparison.Ordinal);
        Assert.Contains($"version {NodeApplication.Version}.", page, StringComparison.Ordinal);
        Assert.Contains(
            $"curl -X POST {server.Client.BaseAddress!.GetLeftPart(UriPartial.Authority)}/api/v1/topics",
            page,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_leads_only_to_what_the_node_has_beside_it()
    {
        await using var server = await ApiServer.StartAsync();

        var page = await PageAsync(server);

        var links = Link().Matches(page).Select(static match => match.Groups[1].Value).ToList();
        Assert.Equal(["./openapi.json"], links);
        using var answer = await server.Client.GetAsync(new Uri(links[0], UriKind.Relative), NativeClient.Token);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task The_page_runs_nothing_and_loads_nothing_but_its_own_style()
    {
        await using var server = await ApiServer.StartAsync();

        using var response = await SendAsync(server, HttpMethod.Get, Browser);

        var page = await response.Content.ReadAsStringAsync(NativeClient.Token);
        var style = page.Split("<style>")[1].Split("</style>")[0];
        var hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(style)));
        Assert.Equal(
            $"default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            response.Headers.GetValues("Content-Security-Policy").Single());
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("style=", page, StringComparison.Ordinal);
        Assert.DoesNotContain(" src=", page, StringComparison.Ordinal);
        Assert.DoesNotContain("url(", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(AnonymousAccess.All, false)]
    [InlineData(AnonymousAccess.Acls, true)]
    [InlineData(AnonymousAccess.None, true)]
    public async Task The_examples_show_a_key_where_one_is_needed(AnonymousAccess anonymous, bool showsKey)
    {
        await using var server = await ApiServer.StartAsync(configure: services =>
            services.AddSingleton(new AccessSettings { Anonymous = anonymous }));

        var page = await PageAsync(server);

        Assert.Equal(showsKey, page.Contains("curl -u KEY:SECRET ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("https://log.example.org/prefix", "https://log.example.org/prefix/api/v1/topics")]
    [InlineData("http://a'\"><script>", "http://a&#x27;&quot;&gt;&lt;script&gt;/api/v1/topics")]
    public void The_address_that_the_client_used_is_shown_as_text(string address, string shown)
    {
        var page = Serverless.Functions.Api.Root.RootPage.Write(address, "1", needsKey: false, []);

        Assert.Contains(shown, page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
    }

    private static async Task<string> PageAsync(ApiServer server)
    {
        using var response = await SendAsync(server, HttpMethod.Get, Browser);
        return await response.Content.ReadAsStringAsync(NativeClient.Token);
    }

    private static async Task<HttpResponseMessage> SendAsync(ApiServer server, HttpMethod method, string? accept)
    {
        using var request = new HttpRequestMessage(method, "/");
        if (accept is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept", accept);
        }

        return await server.Client.SendAsync(request, NativeClient.Token);
    }

    [GeneratedRegex("href=\"([^\"]*)\"")]
    private static partial Regex Link();
}
