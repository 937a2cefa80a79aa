using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Functions.Tests.Native;
using Serverless.StorageEngine.Quotas;
using Serverless.StorageEngine.Security;

namespace Serverless.Functions.Tests.Quotas;

public sealed class StoredQuotasTests
{
    private const string Each = "%3Cdefault%3E";

    [Fact]
    public async Task What_was_set_is_shown_listed_and_removed()
    {
        await using var server = await ApiServer.StartAsync();
        using var put = await PutAsync(server, "users/User:alice", """{"producer_byte_rate":1048576,"request_rate":200}""");
        using var each = await PutAsync(server, $"topics/{Each}", """{"consumer_byte_rate":5,"request_rate":null}""");

        const string Alice =
            """{"entity_type":"user","entity_name":"User:alice","producer_byte_rate":1048576,"request_rate":200}""";
        Assert.Equal(Alice, (await put.JsonAsync()).GetRawText());
        Assert.Equal(Alice, (await server.ReadAsync("/quotas/users/User:alice")).GetRawText());
        Assert.Equal(
            $$"""{"quotas":[{{Alice}},{"entity_type":"topic","entity_name":"<default>","consumer_byte_rate":5}]}""",
            (await server.ReadAsync("/quotas")).GetRawText());

        using var removed = await server.SendAsync(HttpMethod.Delete, "/quotas/users/User:alice", null);
        using var again = await server.SendAsync(HttpMethod.Delete, "/quotas/users/User:alice", null);
        using var gone = await server.GetAsync("/quotas/users/User:alice");
        Assert.Equal(HttpStatusCode.NoContent, removed.StatusCode);
        await again.ProblemAsync(HttpStatusCode.NotFound, "NOT_FOUND");
        await gone.ProblemAsync(HttpStatusCode.NotFound, "NOT_FOUND");
    }

    [Fact]
    public async Task What_is_set_takes_the_place_of_all_that_was_there()
    {
        await using var server = await ApiServer.StartAsync();
        using var first = await PutAsync(server, "topics/orders", """{"producer_byte_rate":1,"request_rate":2}""");
        using var second = await PutAsync(server, "topics/orders", """{"consumer_byte_rate":3}""");
        using var same = await PutAsync(server, "topics/orders", """{"consumer_byte_rate":3}""");

        await same.JsonAsync();
        Assert.Equal(
            """{"entity_type":"topic","entity_name":"orders","consumer_byte_rate":3}""",
            (await server.ReadAsync("/quotas/topics/orders")).GetRawText());
    }

    [Theory]
    [InlineData("users/alice", """{"request_rate":1}""", "INVALID_PRINCIPAL")]
    [InlineData("users/User:*", """{"request_rate":1}""", "INVALID_PRINCIPAL")]
    [InlineData("topics/a%20b", """{"request_rate":1}""", "INVALID_TOPIC")]
    [InlineData("users/User:a", "{}", "INVALID_REQUEST")]
    [InlineData("users/User:a", """{"request_rate":null}""", "INVALID_REQUEST")]
    [InlineData("users/User:a", """{"request_rate":0}""", "INVALID_REQUEST")]
    [InlineData("users/User:a", """{"request_rate":1.5}""", "INVALID_REQUEST")]
    [InlineData("users/User:a", """{"producer_byte_rate":1099511627777}""", "INVALID_REQUEST")]
    [InlineData("users/User:a", """{"request_percentage":1}""", "INVALID_REQUEST")]
    public async Task What_cannot_be_a_quota_is_refused(string path, string body, string code)
    {
        await using var server = await ApiServer.StartAsync();
        using var response = await PutAsync(server, path, body);

        await response.ProblemAsync(HttpStatusCode.BadRequest, code);
    }

    [Fact]
    public async Task A_quota_holds_at_once_on_the_node_that_was_asked_and_within_the_age_of_its_cache_on_others()
    {
        await using var node = await LimitedServer.StartAsync();
        await node.OpenAsync(["orders"], "alice");
        await using var other = await ApiServer.StartAsync(beside: node.Server, configure: services =>
        {
            services.AddSingleton<TimeProvider>(node.Time);
            services.AddSingleton(new QuotaSettings { Window = TimeSpan.FromSeconds(1) });
            services.AddSingleton(new SecuritySettings { CacheAge = TimeSpan.FromSeconds(5) });
        });
        using var before = await PostAsync(other);
        await before.JsonAsync();

        using var put = await PutAsync(node, "topics/orders", """{"request_rate":1}""");

        await node.ServedAsync("alice", "GET", "/api/v1/topics/orders");
        await node.RefusedAsync("alice", "GET", "/api/v1/topics/orders");
        node.Time.Pass(6);

        // It reads beside the requests, so the first ones may not see it yet.
        var refused = false;
        for (var request = 0; request < 1_000 && !refused; request++)
        {
            using var after = await PostAsync(other);
            refused = after.StatusCode == HttpStatusCode.TooManyRequests;
        }

        Assert.True(refused);
    }

    [Fact]
    public async Task The_quota_of_each_counts_each_by_himself()
    {
        await using var node = await LimitedServer.StartAsync();
        await node.OpenAsync(["orders"], "alice", "bob");
        using var put = await PutAsync(node, $"users/{Each}", """{"request_rate":1}""");
        using var own = await PutAsync(node, "users/User:bob", """{"request_rate":1000}""");

        await node.ServedAsync("alice", "GET", "/api/v1/topics/orders");
        await node.RefusedAsync("alice", "GET", "/api/v1/topics/orders");
        await node.ServedAsync("bob", "GET", "/api/v1/topics/orders");
        await node.ServedAsync("bob", "GET", "/api/v1/topics/orders");
    }

    private static Task<HttpResponseMessage> PutAsync(ApiServer server, string path, string body) => server.SendAsync(
        HttpMethod.Put, "/quotas/" + path, NativeClient.Content(body, "application/json"));

    private static Task<HttpResponseMessage> PutAsync(LimitedServer node, string path, string body) =>
        node.SendAsync(Security.GuardedServer.Admin, "PUT", "/api/v1/quotas/" + path, body);

    private static Task<HttpResponseMessage> PostAsync(ApiServer server) =>
        server.PostAsync("/topics/orders/records", """{"value":1}""");
}
