using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api;
using Serverless.StorageEngine.Compression;
using Serverless.StorageEngine.Records;

namespace Serverless.Functions.Tests.Attacks;

/// <summary>
/// A few kilobytes that restore to many megabytes take them from the node's memory for requests before they exist,
/// whoever restores them.
/// </summary>
public sealed class RestoredMemoryTests
{
    private const string V2 = "application/vnd.kafka.v2+json";
    private const string Batches = "/api/v1/topics/large/partitions/0/batches";
    private const int ValueBytes = 24 * 1024 * 1024;

    private static readonly long MemoryBytes = new ApiSettings().RequestMemoryBytesMax;

    private static readonly (string Method, string Path)[] Reads =
    [
        ("GET", "/api/v1/topics/large/records"),
        ("GET", "/api/v1/topics/large/records?format=ndjson&value=text"),
        ("GET", "/api/v1/topics/large/records?from=earliest&format=sse"),
        ("GET", "/api/v1/topics/large/events?from=earliest&format=batch"),
        ("GET", "/v3/clusters/{C}/topics/large/records"),
        ("GET", "/consumers/g/instances/i/records"),
        ("POST", "/api/v1/topics/large/queues/q:receive"),
        ("POST", "/topics/large/eventsubscriptions/r:receive?api-version=2024-06-01"),
    ];

    [Theory]
    [InlineData(CompressionType.Gzip)]
    [InlineData(CompressionType.Snappy)]
    [InlineData(CompressionType.Lz4)]
    [InlineData(CompressionType.Zstd)]
    public async Task Without_room_for_what_a_batch_restores_to_every_way_to_it_says_when_to_come_again(
        CompressionType type)
    {
        await using var node = await StartAsync();
        var batch = BatchOf(type);
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(node, batch)).Status);

        using (var others = node.Server.Memory.ShareOf(new DefaultHttpContext()))
        {
            // The largest compressed form is a fifth of this.
            others.Take(MemoryBytes - (6 * 1024 * 1024));
            AssertRefused(await PostAsync(node, batch));
            foreach (var (method, path) in Reads)
            {
                AssertRefused(await AskAsync(node, method, path));
            }
        }

        foreach (var (method, path) in Reads.Where(static read => !read.Path.Contains("sse", StringComparison.Ordinal)))
        {
            Assert.Equal(HttpStatusCode.OK, (await AskAsync(node, method, path)).Status);
        }

        await node.ServesAsync(MemoryBytes);
    }

    private static void AssertRefused((HttpStatusCode Status, string Body) answer)
    {
        Assert.Equal(HttpStatusCode.TooManyRequests, answer.Status);
        using var whole = JsonDocument.Parse(answer.Body);
    }

    private static async Task<AttackedServer> StartAsync()
    {
        var node = await AttackedServer.StartAsync();
        await node.Server.CreateTopicAsync(
            "large", 1, new KeyValuePair<string, string?>("max.message.bytes", "3000000"));
        foreach (var queue in (string[])["q", "r"])
        {
            await node.SendAsync(
                "PUT",
                $"/api/v1/topics/large/queues/{queue}",
                "application/json",
                """{"auto_offset_reset":"earliest"}"""u8.ToArray());
        }

        await node.SendAsync(
            "POST", "/consumers/g", V2, """{"name":"i","auto.offset.reset":"earliest"}"""u8.ToArray());
        await node.SendAsync(
            "POST", "/consumers/g/instances/i/subscription", V2, """{"topics":["large"]}"""u8.ToArray());
        return node;
    }

    private static Task<(HttpStatusCode Status, string Body)> AskAsync(
        AttackedServer node, string method, string path) => node.SendAsync(method, path, "text/plain", []);

    private static Task<(HttpStatusCode Status, string Body)> PostAsync(AttackedServer node, byte[] batch) =>
        node.SendAsync("POST", Batches, "application/vnd.kafka.recordbatch.v2", batch);

    private static byte[] BatchOf(CompressionType type)
    {
        var builder = new RecordBatchBuilder();
        builder.Append(1000, null, new byte[ValueBytes], []);
        return builder.Build(type, new Codecs()).Bytes.ToArray();
    }
}
