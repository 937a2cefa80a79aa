using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Bodies;
using Serverless.Functions.Tests.Native;
using Serverless.StorageEngine.Compression;
using Serverless.StorageEngine.Records;

namespace Serverless.Functions.Tests.Bodies;

public sealed class RequestMemoryTests
{
    private const int MemoryBytes = 1024 * 1024;
    private const string RecordBatches = "application/vnd.kafka.recordbatch.v2";
    private const string V2Json = "application/vnd.kafka.json.v2+json";
    private const string Batches = "/api/v1/topics/t/partitions/0/batches";

    [Theory]
    [InlineData("/api/v1/topics/t/records", "application/json", """{"value":1}""")]
    [InlineData("/api/v1/topics/t/records", "application/octet-stream", "x")]
    [InlineData("/topics/t", V2Json, """{"records":[{"value":1}]}""")]
    [InlineData("/v3/clusters/CLUSTER/topics/t/records:batch", "application/json", """{"entries":[{"id":"1"}]}""")]
    public async Task A_body_that_the_node_has_no_memory_for_is_429_until_other_requests_have_ended(
        string path, string mediaType, string body)
    {
        await using var server = await StartAsync();
        path = path.Replace("CLUSTER", await ClusterIdAsync(server), StringComparison.Ordinal);
        var others = HoldAll(server);

        using var refused = await PostAsync(server, path, mediaType, Encoding.UTF8.GetBytes(body));
        others.Dispose();
        using var accepted = await PostAsync(server, path, mediaType, Encoding.UTF8.GetBytes(body));

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.True(refused.Headers.RetryAfter?.Delta > TimeSpan.Zero);
        Assert.True(accepted.IsSuccessStatusCode, await accepted.Content.ReadAsStringAsync(NativeClient.Token));
    }

    [Fact]
    public async Task Restored_batches_count_when_they_are_checked_and_when_they_are_read()
    {
        await using var server = await StartAsync();
        var batch = CompressedBatch();
        using var stored = await PostAsync(server, Batches, RecordBatches, batch);
        await stored.JsonAsync();

        // Room for the body, and for little more.
        var others = server.Memory.ShareOf(new DefaultHttpContext());
        others.Take(MemoryBytes - (2 * batch.Length));
        using var check = await PostAsync(server, Batches, RecordBatches, batch);
        using var page = await server.GetAsync("/topics/t/records");
        using var tail = await server.GetAsync("/topics/t/records?follow=true&from=earliest");
        others.Dispose();
        using var later = await server.GetAsync("/topics/t/records");

        foreach (var refused in new[] { check, page, tail })
        {
            await refused.ProblemAsync(HttpStatusCode.TooManyRequests, "THROTTLED");
        }

        Assert.Single((await later.JsonAsync()).Values());
    }

    [Fact]
    public async Task What_a_request_held_goes_back_when_it_is_answered()
    {
        await using var server = await StartAsync();
        var body = Encoding.UTF8.GetBytes($"[{string.Join(',', Enumerable.Repeat("{\"value\":1}", 20_000))}]");
        using var stored = await PostAsync(server, Batches, RecordBatches, CompressedBatch());
        await stored.JsonAsync();

        for (var requests = 0; requests < 8; requests++)
        {
            using var response = await PostAsync(server, "/api/v1/topics/t/records", "application/json", body);
            await response.JsonAsync();
            using var page = await server.GetAsync("/topics/t/records?limit=2");
            await page.JsonAsync();
        }
    }

    private static async Task<ApiServer> StartAsync()
    {
        var server = await ApiServer.StartAsync(new() { RequestMemoryBytesMax = MemoryBytes });
        await server.CreateTopicAsync("t");
        return server;
    }

    private static MemoryShare HoldAll(ApiServer server)
    {
        var others = server.Memory.ShareOf(new DefaultHttpContext());
        others.Take(MemoryBytes);
        return others;
    }

    private static async Task<string> ClusterIdAsync(ApiServer server)
    {
        using var response = await server.Client.GetAsync("/v3/clusters", NativeClient.Token);
        return (await response.JsonAsync()).GetProperty("data")[0].GetProperty("cluster_id").GetString()!;
    }

    private static Task<HttpResponseMessage> PostAsync(ApiServer server, string path, string mediaType, byte[] body)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(mediaType);
        return server.Client.PostAsync(path, content, NativeClient.Token);
    }

    private static byte[] CompressedBatch()
    {
        var builder = new RecordBatchBuilder();
        builder.Append(1000, null, new byte[64 * 1024], []);
        return builder.Build(CompressionType.Gzip, new Codecs()).Bytes.ToArray();
    }
}
