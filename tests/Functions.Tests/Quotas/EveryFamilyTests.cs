using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Serverless.Functions.Api.Quotas;
using Serverless.Functions.Api.Security;
using Serverless.Functions.Tests.Native;
using Serverless.Functions.Tests.Security;

namespace Serverless.Functions.Tests.Quotas;

/// <summary>Quotas hold on every route, those that come later included, and each API says so in its own words.</summary>
public sealed class EveryFamilyTests
{
    private const string V2 = "application/vnd.kafka.json.v2+json";
    private const string Event = """{"specversion":"1.0","id":"1","source":"/s","type":"t","data":"0123456789"}""";
    private const string V3 = """{"value":{"type":"STRING","data":"0123456789"}}""";

    // What Confluent's clients, Azure's and ours are told.
    private static readonly string[] Words = ["429", "TooManyRequests", "THROTTLING_QUOTA_EXCEEDED"];

    [Fact]
    public async Task Whoever_has_used_up_his_requests_is_429_on_every_route_that_asks_who_he_is()
    {
        await using var node = await LimitedServer.StartAsync(users: new(null, null, 1));
        await node.ServedAsync(GuardedServer.Admin, "GET", "/api/v1/topics");

        foreach (var (route, method, path) in Guarded(node.Server))
        {
            using var response = await node.SendAsync(GuardedServer.Admin, method, path);

            Assert.Equal((route, 429), (route, (int)response.StatusCode));
            Assert.Equal(TimeSpan.FromSeconds(1), response.Headers.RetryAfter?.Delta);
            Assert.Equal("\"user_request_rate\";q=1;w=1", Header(response, "RateLimit-Policy"));
            Assert.Equal("\"user_request_rate\";r=0;t=1", Header(response, "RateLimit"));
            Assert.Contains(await WordOfAsync(response), Words);
        }
    }

    [Fact]
    public async Task The_open_routes_are_served_whatever_is_used_up()
    {
        await using var node = await LimitedServer.StartAsync(users: new(null, null, 1));
        await node.ServedAsync(GuardedServer.Admin, "GET", "/api/v1/topics");

        foreach (var path in new[] { "/", "/openapi.json", "/api/v1/problems/THROTTLED" })
        {
            await node.ServedAsync(GuardedServer.Admin, "GET", path);
        }
    }

    [Theory]
    [InlineData("/api/v1/topics/t/records", "application/json", """{"value":"0123456789"}""")]
    [InlineData("/api/v1/topics/t/partitions/0/records", "application/json", """{"value":"0123456789"}""")]
    [InlineData("/api/v1/topics/t/records", "application/x-ndjson", "\"0123456789\"\n\"0123456789\"")]
    [InlineData("/api/v1/topics/t/records", "application/octet-stream", "01234567890123456789")]
    [InlineData("/api/v1/topics/t/events", "application/cloudevents+json", Event)]
    [InlineData("/api/v1/topics/t/partitions/0/events", "application/cloudevents+json", Event)]
    [InlineData("/topics/t", V2, """{"records":[{"value":"0123456789"}]}""")]
    [InlineData("/topics/t/partitions/0", V2, """{"records":[{"value":"0123456789"}]}""")]
    [InlineData("/topics/t:publish?api-version=2024-06-01", "application/cloudevents+json; charset=utf-8", Event)]
    [InlineData("/v3/clusters/{C}/topics/t/records", "application/json", V3)]
    [InlineData("/v3/clusters/{C}/topics/t/records:batch", "application/json", $$"""{"entries":[{"id":"1",{{Inner}}]}""")]
    public async Task A_produce_that_goes_over_is_accepted_and_the_next_one_accepts_nothing_until_the_debt_is_paid(
        string path, string type, string body)
    {
        await using var node = await LimitedServer.StartAsync(topics: new(10, null, null));
        await node.OpenAsync(["t"], "alice", "bob");
        path = path.Replace("{C}", await node.ClusterAsync(), StringComparison.Ordinal);

        await node.ServedAsync("alice", "POST", path, body, type);
        var end = await node.EndAsync("t");
        var wait = await node.RefusedAsync("bob", "POST", path, body, type);

        Assert.Equal(Math.Ceiling((body.Length - 10) / 10.0), wait);
        Assert.Equal(end, await node.EndAsync("t"));
        node.Time.Pass(wait - 1);
        await node.RefusedAsync("bob", "POST", path, body, type);
        node.Time.Pass(1);
        await node.ServedAsync("bob", "POST", path, body, type);
        Assert.Equal(2 * end, await node.EndAsync("t"));
    }

    [Theory]
    [InlineData("GET", "/api/v1/topics/t/records")]
    [InlineData("GET", "/api/v1/topics/t/records?format=ndjson")]
    [InlineData("GET", "/api/v1/topics/t/partitions/0/records?offset=0")]
    [InlineData("GET", "/api/v1/topics/t/partitions/0/batches?offset=0")]
    [InlineData("GET", "/api/v1/topics/t/events")]
    [InlineData("GET", "/api/v1/topics/t/partitions/0/events")]
    [InlineData("POST", "/api/v1/topics/t/queues/g:receive?limit=1")]
    [InlineData("POST", "/topics/t/eventsubscriptions/g:receive?api-version=2024-06-01&maxWaitTime=10")]
    [InlineData("GET", "/v3/clusters/{C}/topics/t/records")]
    [InlineData("GET", "/v3/clusters/{C}/topics/t/partitions/0/records")]
    public async Task An_answer_that_goes_over_is_sent_and_the_next_one_waits_until_the_debt_is_paid(
        string method, string path)
    {
        await using var node = await LimitedServer.StartAsync(topics: new(null, 10, null));
        await node.OpenAsync(["t"], "alice", "bob");
        await node.ServedAsync("alice", "POST", "/api/v1/topics/t/events", $"[{Event},{Event}]", Batch);
        await node.ServedAsync(
            "alice", "PUT", "/api/v1/topics/t/queues/g", """{"auto_offset_reset":"earliest"}""");
        path = path.Replace("{C}", await node.ClusterAsync(), StringComparison.Ordinal);

        var answer = await node.ServedAsync("alice", method, path);
        var wait = await node.RefusedAsync("bob", method, path);

        Assert.True(answer.Length > 50);
        Assert.InRange(wait, (answer.Length - 10) / 20.0, answer.Length / 5.0);
        node.Time.Pass(wait);
        await node.ServedAsync("bob", method, path);
    }

    [Fact]
    public async Task A_consumer_of_v2_gets_nothing_of_a_topic_in_debt_and_is_refused_when_it_reads_no_other()
    {
        await using var node = await LimitedServer.StartAsync(topics: new(null, 10, null));
        await node.OpenAsync(["t", "u"], "alice");
        var instance = await node.SubscribedAsync("alice", "t");
        await node.ServedAsync("alice", "POST", "/topics/t", """{"records":[{"value":"0123456789012345678"}]}""", V2);

        var read = await node.ServedAsync("alice", "GET", instance + "/records", accept: V2);
        var wait = await node.RefusedAsync("alice", "GET", instance + "/records", accept: V2);

        Assert.Contains("0123456789012345678", read, StringComparison.Ordinal);
        Assert.Equal(2, wait);
        node.Time.Pass(2);
        await node.ServedAsync("alice", "POST", "/topics/t", """{"records":[{"value":"x"}]}""", V2);
        Assert.Contains(
            "\"x\"", await node.ServedAsync("alice", "GET", instance + "/records", accept: V2), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_carries_records_is_all_that_byte_quotas_count()
    {
        await using var node = await LimitedServer.StartAsync();

        Assert.Equal(
            [
                "ConsumerByteRate GET /api/v1/topics/{topic}/events",
                "ConsumerByteRate GET /api/v1/topics/{topic}/partitions/{partition}/batches",
                "ConsumerByteRate GET /api/v1/topics/{topic}/partitions/{partition}/events",
                "ConsumerByteRate GET /api/v1/topics/{topic}/partitions/{partition}/records",
                "ConsumerByteRate GET /api/v1/topics/{topic}/records",
                "ConsumerByteRate GET /consumers/{group}/instances/{instance}/records",
                "ConsumerByteRate GET /consumers/{group}/instances/{instance}/topics/{topic}",
                "ConsumerByteRate GET /v3/clusters/{clusterId}/topics/{topicName}/partitions/{partitionId}/records",
                "ConsumerByteRate GET /v3/clusters/{clusterId}/topics/{topicName}/records",
                "ConsumerByteRate POST /api/v1/topics/{topic}/queues/{group}:receive",
                "ConsumerByteRate POST /topics/{topic}/eventsubscriptions/{subscription}:receive",
                "ProducerByteRate POST /api/v1/topics/{topic}/events",
                "ProducerByteRate POST /api/v1/topics/{topic}/partitions/{partition}/batches",
                "ProducerByteRate POST /api/v1/topics/{topic}/partitions/{partition}/events",
                "ProducerByteRate POST /api/v1/topics/{topic}/partitions/{partition}/records",
                "ProducerByteRate POST /api/v1/topics/{topic}/records",
                "ProducerByteRate POST /topics/{topic}",
                "ProducerByteRate POST /topics/{topic}/partitions/{partition}",
                "ProducerByteRate POST /topics/{topic}:publish",
                "ProducerByteRate POST /v3/clusters/{clusterId}/topics/{topicName}/records",
                "ProducerByteRate POST /v3/clusters/{clusterId}/topics/{topicName}/records:batch",
            ],
            from endpoint in node.Server.Routes
            let carries = endpoint.Metadata.GetMetadata<Carries>()
            where carries is not null
                && !endpoint.RoutePattern.RawText!.StartsWith("/kafka", StringComparison.Ordinal)
            from method in endpoint.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods
            let line = $"{carries.Kind} {method} {endpoint.RoutePattern.RawText}"
            orderby line
            select line);
    }

    private const string Inner = "\"value\":{\"type\":\"STRING\",\"data\":\"0123456789\"}}";
    private const string Batch = "application/cloudevents-batch+json";

    private static IEnumerable<(string Route, string Method, string Path)> Guarded(ApiServer server) =>
        from endpoint in server.Routes
        where !endpoint.Metadata.GetRequiredMetadata<Access>().IsOpen
        from method in endpoint.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods
        select ($"{method} {endpoint.RoutePattern.RawText}", method, PathOf(endpoint));

    private static string PathOf(RouteEndpoint endpoint) => "/" + Regex.Replace(
        endpoint.RoutePattern.RawText!,
        @"\{(?<name>[^}]*)}",
        static match => match.Groups["name"].Value is "partition" or "partitionId" or "brokerId" ? "0" : "orders")
        .Trim('/');

    private static string Header(HttpResponseMessage response, string name) =>
        Assert.Single(response.Headers.GetValues(name));

    private static async Task<string> WordOfAsync(HttpResponseMessage response)
    {
        var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync(NativeClient.Token)).RootElement;
        return json.TryGetProperty("error_code", out var number) ? number.ToString()
            : json.TryGetProperty("error", out var error) ? error.GetProperty("code").GetString()!
            : json.GetProperty("code").GetString()!;
    }
}
