using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Functions.Api.Quotas;
using Serverless.Functions.Tests.Native;
using Serverless.Functions.Tests.Security;
using Serverless.StorageEngine.Diagnostics;
using Serverless.StorageEngine.Quotas;
using Serverless.StorageEngine.Security;
using Serverless.StorageEngine.Storage;

namespace Serverless.Functions.Tests.Quotas;

public sealed class QuotaTests
{
    private const string Records = "/api/v1/topics/orders/records";

    [Fact]
    public async Task A_principal_has_one_quota_over_all_topics_and_apis_and_others_have_their_own()
    {
        await using var node = await LimitedServer.StartAsync(users: new(10, null, null));
        await node.OpenAsync(["orders", "other"], "alice", "bob");
        await node.ServedAsync("alice", "POST", Records, """{"value":"0123456789"}""");

        await node.RefusedAsync("alice", "POST", "/api/v1/topics/other/records", """{"value":1}""");
        await node.RefusedAsync(
            "alice", "POST", "/topics/other", """{"records":[{"value":1}]}""", "application/vnd.kafka.json.v2+json");
        await node.ServedAsync("bob", "POST", Records, """{"value":1}""");
    }

    [Fact]
    public async Task A_topic_has_one_quota_for_all_principals_and_other_topics_have_their_own()
    {
        await using var node = await LimitedServer.StartAsync(topics: new(null, null, 2));
        await node.OpenAsync(["orders", "other"], "alice", "bob");
        await node.ServedAsync("alice", "GET", Records);
        await node.ServedAsync("bob", "GET", "/api/v1/topics/orders");

        Assert.Equal(1, await node.RefusedAsync("bob", "GET", Records));
        await node.ServedAsync("bob", "GET", "/api/v1/topics/other/records");
    }

    [Fact]
    public async Task Whoever_has_used_up_his_bytes_still_reads_commits_and_asks()
    {
        await using var node = await LimitedServer.StartAsync(users: new(10, null, null));
        await node.OpenAsync(["orders"], "alice");
        await node.ServedAsync("alice", "POST", Records, """{"value":"0123456789"}""");
        await node.RefusedAsync("alice", "POST", Records, """{"value":"0123456789"}""");

        await node.ServedAsync("alice", "GET", Records);
        await node.ServedAsync("alice", "GET", "/api/v1/topics");
        await node.ServedAsync(
            "alice", "POST", "/api/v1/groups/g/offsets", """{"offsets":[{"topic":"orders","partition":0,"next_offset":1}]}""");
    }

    [Fact]
    public async Task Whoever_has_no_right_to_a_topic_neither_uses_its_quota_nor_learns_of_it()
    {
        await using var node = await LimitedServer.StartAsync(topics: new(null, null, 1));
        await node.OpenAsync(["orders"], "alice");
        for (var i = 0; i < 3; i++)
        {
            using var response = await node.SendAsync("mallory", "GET", Records);
            Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
            Assert.False(response.Headers.Contains("RateLimit"));
        }

        await node.ServedAsync("alice", "GET", Records);
    }

    [Fact]
    public async Task A_body_counts_as_it_comes_over_the_wire()
    {
        await using var node = await LimitedServer.StartAsync(users: new(1_000, null, null));
        await node.OpenAsync(["orders"], "alice");
        var value = new string('x', 100_000);
        using var packed = new MemoryStream();
        await using (var gzip = new System.IO.Compression.GZipStream(
            packed, System.IO.Compression.CompressionLevel.Optimal, leaveOpen: true))
        {
            await gzip.WriteAsync(Encoding.UTF8.GetBytes($$"""{"value":"{{value}}"}"""), NativeClient.Token);
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, Records)
        {
            Content = new ByteArrayContent(packed.ToArray()),
        };
        request.Content.Headers.ContentType = new("application/json");
        request.Content.Headers.ContentEncoding.Add("gzip");
        request.Headers.Authorization = GuardedServer.Basic(await node.Guarded.KeyOfAsync("alice"));
        using var response = await node.Server.Client.SendAsync(request, NativeClient.Token);

        await response.JsonAsync();
        await node.ServedAsync("alice", "POST", Records, """{"value":1}""");
    }

    [Fact]
    public async Task Answers_tell_what_is_left_and_when_all_of_it_is_there_again()
    {
        await using var node = await LimitedServer.StartAsync(users: new(100, null, 10));
        await node.OpenAsync(["orders"], "alice");

        using var first = await node.SendAsync("alice", "POST", Records, new string(' ', 60) + "{\"value\":1}");
        using var second = await node.SendAsync("alice", "POST", Records, """{"value":1}""");

        Assert.Equal(
            ["\"user_request_rate\";q=10;w=1", "\"user_producer_byte_rate\";q=100;w=1;qu=\"content-bytes\""],
            second.Headers.GetValues("RateLimit-Policy"));
        Assert.Equal(
            ["\"user_request_rate\";r=8;t=1", "\"user_producer_byte_rate\";r=29;t=1"],
            second.Headers.GetValues("RateLimit"));
    }

    [Fact]
    public async Task A_live_tail_goes_on_as_fast_as_its_quota_lets_it_and_is_not_cut()
    {
        await using var node = await LimitedServer.StartAsync(users: new(null, 50, null));
        await node.OpenAsync(["orders"], "alice", "bob");
        await node.ServedAsync("bob", "POST", Records, """{"value":"first"}""");
        using var request = new HttpRequestMessage(HttpMethod.Get, Records + "?follow=true&from=earliest&limit=1");
        request.Headers.Authorization = GuardedServer.Basic(await node.Guarded.KeyOfAsync("alice"));
        using var response = await node.Server.Client.SendAsync(
            request, HttpCompletionOption.ResponseHeadersRead, NativeClient.Token);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(NativeClient.Token));
        Assert.Contains("first", await NextAsync(lines), StringComparison.Ordinal);

        await node.ServedAsync("bob", "POST", Records, """{"value":"second"}""");
        var second = NextAsync(lines);
        await node.RefusedAsync("alice", "GET", Records);
        Assert.False(second.IsCompleted);
        node.Time.Pass(10);

        Assert.Contains("second", await second, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Records, "application/x-ndjson", "{\"n\":1}\n")]
    [InlineData("/v3/clusters/{C}/topics/orders/records", "application/json", """{"value":{"type":"JSON","data":1}}""")]
    public async Task A_stream_of_records_is_slowed_down_and_not_cut(string path, string type, string record)
    {
        await using var node = await LimitedServer.StartAsync(users: new(10, null, null));
        await node.OpenAsync(["orders"], "alice");
        path = path.Replace("{C}", await node.ClusterAsync(), StringComparison.Ordinal);
        using var content = new PushedContent(type);
        var sending = node.SendAsync("alice", path, content);
        content.Push(string.Concat(Enumerable.Repeat(record, 10)));
        await EventuallyAsync(async () => await node.EndAsync("orders") == 10);

        content.Push(record);
        content.End();
        await node.RefusedAsync("alice", "POST", Records, """{"value":1}""");
        Assert.Equal(10, await node.EndAsync("orders"));
        node.Time.Pass(record.Length);
        using var response = await sending;

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(11, await node.EndAsync("orders"));
    }

    [Fact]
    public async Task A_quota_that_is_set_while_a_stream_runs_holds_for_it()
    {
        await using var node = await LimitedServer.StartAsync();
        await node.OpenAsync(["orders"], "alice");
        using var content = new PushedContent("application/x-ndjson");
        var sending = node.SendAsync("alice", Records, content);
        content.Push("1\n");
        await EventuallyAsync(async () => await node.EndAsync("orders") == 1);

        await node.ServedAsync(
            GuardedServer.Admin, "PUT", "/api/v1/quotas/users/User:alice", """{"producer_byte_rate":1}""");
        content.Push("22222222\n");
        await EventuallyAsync(async () => await node.EndAsync("orders") == 2);

        await node.RefusedAsync("alice", "POST", Records, """{"value":1}""");
        content.End();
        using var response = await sending;
        await response.JsonAsync();
    }

    [Theory]
    [InlineData("/api/v1/topics/orders/records?follow=true&from=earliest&limit=1", "first", "third")]
    [InlineData("/api/v1/topics/orders/events?follow=true&from=earliest&limit=1", "first", "third")]
    [InlineData("/v3/clusters/{C}/topics/orders/records?follow=true&from=earliest&limit=1", "first", "third")]
    public async Task A_quota_that_is_set_while_a_live_tail_runs_holds_for_it(string path, string begins, string ends)
    {
        await using var node = await LimitedServer.StartAsync();
        await node.OpenAsync(["orders"], "alice", "bob");
        await ProduceAsync(node, begins);
        path = path.Replace("{C}", await node.ClusterAsync(), StringComparison.Ordinal);
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = GuardedServer.Basic(await node.Guarded.KeyOfAsync("alice"));
        using var response = await node.Server.Client.SendAsync(
            request, HttpCompletionOption.ResponseHeadersRead, NativeClient.Token);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(NativeClient.Token));
        Assert.Contains(begins, await NextAsync(lines), StringComparison.Ordinal);

        await node.ServedAsync(
            GuardedServer.Admin, "PUT", "/api/v1/quotas/users/User:alice", """{"consumer_byte_rate":10}""");
        await ProduceAsync(node, "second");
        Assert.Contains("second", await NextAsync(lines), StringComparison.Ordinal);
        await ProduceAsync(node, ends);
        var last = NextAsync(lines);
        await node.RefusedAsync("alice", "GET", Records);
        Assert.False(last.IsCompleted);
        node.Time.Pass(100);

        Assert.Contains(ends, await last, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_no_quota_is_set_a_request_costs_no_byte_of_memory()
    {
        var quotas = Unlimited();
        var http = new DefaultHttpContext();
        http.SetEndpoint(new Endpoint(null, new EndpointMetadataCollection(Carries.Produced), null));
        http.Request.ContentLength = 10;
        var alice = GuardedServer.Named("alice");
        quotas.Admit(http, alice);
        quotas.AdmitTo(http, "orders");
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 1_000; i++)
        {
            quotas.Admit(http, alice);
            quotas.AdmitTo(http, "orders");
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [InlineData(1L << 20, false)]
    [InlineData((1L << 20) + 1, true)]
    [InlineData(null, true)]
    public void Where_no_quota_is_set_only_a_body_that_may_last_is_counted(long? length, bool isCounted)
    {
        var http = new DefaultHttpContext();
        http.SetEndpoint(new Endpoint(null, new EndpointMetadataCollection(Carries.Produced), null));
        http.Request.ContentLength = length;

        Unlimited().Admit(http, GuardedServer.Named("alice"));

        Assert.Equal(isCounted, QuotaUse.Find(http) is not null);
    }

    [Fact]
    public async Task While_storage_is_away_the_quotas_that_were_read_last_hold()
    {
        await using var server = await ApiServer.StartAsync(configure: static services =>
            services.AddSingleton(new QuotaSettings { Window = TimeSpan.FromSeconds(60) }));
        await server.CreateTopicAsync("orders");
        using var put = await server.SendAsync(
            HttpMethod.Put,
            "/quotas/users/User:ANONYMOUS",
            NativeClient.Content("""{"producer_byte_rate":1}""", "application/json"));
        await put.JsonAsync();
        using var first = await server.PostAsync("/topics/orders/records", """{"value":"0123456789012345678901234567890123456789012345678901234567890"}""");
        await first.JsonAsync();
        server.Tables.Interception.Before = static _ => throw new StorageUnavailableException("The store is away.");

        using var second = await server.PostAsync("/topics/orders/records", """{"value":1}""");

        await second.ProblemAsync(HttpStatusCode.TooManyRequests, "THROTTLING_QUOTA_EXCEEDED");
    }

    private static RequestQuotas Unlimited()
    {
        var (tables, time) = (new StorageEngine.Simulation.SimulatedTableStore(TimeProvider.System), new StillTime());
        var security = new SecurityCatalog(tables, new SecuritySettings(), time, new Random(1));
        return new RequestQuotas(security, new QuotaSettings(), new EngineMeters(), time);
    }

    private static Task<string> ProduceAsync(LimitedServer node, string text) => node.ServedAsync(
        "bob",
        "POST",
        "/api/v1/topics/orders/events",
        $$"""{"specversion":"1.0","id":"1","source":"/s","type":"t","data":"{{text}}"}""",
        "application/cloudevents+json");

    private static async Task<string> NextAsync(StreamReader lines)
    {
        while (await lines.ReadLineAsync(NativeClient.Token) is { } line)
        {
            if (line.Length > 0)
            {
                return line;
            }
        }

        throw new EndOfStreamException("The tail was cut.");
    }

    private static async Task EventuallyAsync(Func<Task<bool>> holds)
    {
        for (var looks = 0; !await holds(); looks++)
        {
            Assert.True(looks < 4_000);
            await Task.Delay(TimeSpan.FromMilliseconds(5), NativeClient.Token);
        }
    }
}
