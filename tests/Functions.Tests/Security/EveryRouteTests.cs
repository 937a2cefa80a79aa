using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Serverless.Functions.Api.Security;

namespace Serverless.Functions.Tests.Security;

/// <summary>Walks the table of routes: what holds for all of them, those that come later included.</summary>
public sealed class EveryRouteTests
{
    [Fact]
    public async Task Nobody_gets_further_than_401_without_a_key_and_each_api_says_so_in_its_own_words()
    {
        await using var server = await GuardedServer.StartAsync();

        foreach (var (route, method, path) in Guarded(server, static _ => true))
        {
            using var response = await server.SendAsync(null, method, path);

            Assert.Equal((route, HttpStatusCode.Unauthorized), (route, response.StatusCode));
            Assert.NotEmpty(response.Headers.WwwAuthenticate);
            Assert.Contains(await WordOfAsync(response), Words401);
        }
    }

    [Fact]
    public async Task Nobody_gets_further_than_403_without_a_right_where_the_path_names_what_is_needed()
    {
        await using var server = await GuardedServer.StartAsync();

        foreach (var (route, method, path) in Guarded(server, static access => access.Rights.Length > 0))
        {
            using var response = await server.SendAsync("nobody", method, path);

            Assert.Equal((route, HttpStatusCode.Forbidden), (route, response.StatusCode));
            Assert.Contains(await WordOfAsync(response), Words403);
        }
    }

    [Fact]
    public async Task What_exists_and_what_does_not_are_refused_alike()
    {
        await using var server = await GuardedServer.StartAsync();
        await server.Server.CreateTopicAsync("hidden");
        await server.AnswerAsync(GuardedServer.Admin, "PUT", "/api/v1/topics/hidden/queues/hidden");

        foreach (var (_, method, path) in Guarded(server, static access => access.Rights.Length > 0))
        {
            var there = await server.AnswerAsync("nobody", method, Named(path, "hidden"));
            var missing = await server.AnswerAsync("nobody", method, Named(path, "absent"));

            Assert.Equal(missing.Replace("absent", "hidden", StringComparison.Ordinal), there);
        }
    }

    private static readonly string[] Words401 = ["SASL_AUTHENTICATION_FAILED", "40101", "Unauthorized"];

    private static readonly string[] Words403 =
    [
        "TOPIC_AUTHORIZATION_FAILED", "GROUP_AUTHORIZATION_FAILED", "CLUSTER_AUTHORIZATION_FAILED",
        "40301", "Forbidden",
    ];

    private static IEnumerable<(string Route, string Method, string Path)> Guarded(
        GuardedServer server, Func<Access, bool> chosen) =>
        from endpoint in server.Server.Routes
        let access = endpoint.Metadata.GetRequiredMetadata<Access>()
        where !access.IsOpen && chosen(access)
        from method in endpoint.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods
        select ($"{method} {endpoint.RoutePattern.RawText}", method, PathOf(endpoint));

    private static string Named(string path, string name) =>
        path.Replace("orders", name, StringComparison.Ordinal);

    private static string PathOf(RouteEndpoint endpoint)
    {
        var path = Regex.Replace(endpoint.RoutePattern.RawText!, @"\{(?<name>[^}]*)}", static match =>
            match.Groups["name"].Value switch
            {
                "principal" => "User:orders",
                "partition" or "partitionId" or "brokerId" => "0",
                _ => "orders",
            });
        return "/" + path.Trim('/');
    }

    private static async Task<string> WordOfAsync(HttpResponseMessage response)
    {
        var json = System.Text.Json.JsonDocument.Parse(
            await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement;
        return json.TryGetProperty("error_code", out var number) ? number.ToString()
            : json.TryGetProperty("error", out var error) ? error.GetProperty("code").GetString()!
            : json.GetProperty("code").GetString()!;
    }
}
