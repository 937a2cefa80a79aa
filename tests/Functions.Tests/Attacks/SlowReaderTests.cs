using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Functions.Api;
using Serverless.Functions.Tests.Native;
using Serverless.StorageEngine.Compression;
using Serverless.StorageEngine.Records;

namespace Serverless.Functions.Tests.Attacks;

/// <summary>
/// A client that does not read what it asked for holds memory that is counted until it is ended; others are served.
/// </summary>
public sealed class SlowReaderTests
{
    private const string V2 = "application/vnd.kafka.v2+json";
    private const int ValueBytes = 900_000;
    private const int Values = 16;

    private static readonly long MemoryBytes = new ApiSettings().RequestMemoryBytesMax;

    private static readonly (string Method, string Path)[] Reads =
    [
        ("GET", "/api/v1/topics/t/records?max_bytes=16777216"),
        ("GET", "/api/v1/topics/t/records?max_bytes=16777216&format=ndjson"),
        ("GET", "/api/v1/topics/t/records?max_bytes=16777216&from=earliest&format=sse"),
        ("GET", "/api/v1/topics/t/partitions/0/batches?max_bytes=16777216&offset=0"),
        ("GET", "/api/v1/topics/t/events?max_bytes=16777216&from=earliest&format=batch"),
        ("GET", "/v3/clusters/{C}/topics/t/records?max_bytes=16777216"),
        ("GET", "/consumers/g/instances/i/records?max_bytes=16777216"),
        ("POST", "/api/v1/topics/t/queues/q:receive?limit=100&max_bytes=16777216"),
        ("POST", "/topics/t/eventsubscriptions/r:receive?api-version=2024-06-01&maxEvents=100"),
    ];

    [Fact]
    public async Task What_is_fetched_for_a_client_that_does_not_read_counts_until_it_goes()
    {
        await using var node = await StartAsync(null);
        foreach (var (method, path) in Reads)
        {
            using (await AskAsync(node, method, path))
            {
                await EventuallyAsync(() => Held(node) > (Values - 1) * ValueBytes);
            }

            await EventuallyAsync(() => Held(node) == 0);
        }

        await node.ServesAsync(MemoryBytes);
    }

    // The rate is the server's, and so is the clock; it looks once a second.
    [Fact]
    public async Task The_node_ends_whoever_takes_an_answer_too_slowly_and_cuts_it()
    {
        await using var node = await StartAsync(new MinDataRate(100_000_000, TimeSpan.FromSeconds(1.5)));
        var clients = await Task.WhenAll(Reads.Select(read => AskAsync(node, read.Method, read.Path)));
        foreach (var client in clients)
        {
            // The answer has begun, and then the client stops.
            await client.GetStream().ReadExactlyAsync(new byte[1], NativeClient.Token);
        }

        await node.ServesAsync(MemoryBytes);

        foreach (var client in clients)
        {
            Assert.InRange(await ReadToEndAsync(client), 1, (Values * (long)ValueBytes) - 1);
            client.Dispose();
        }
    }

    [Fact]
    public async Task Others_are_served_meanwhile_as_far_as_there_is_memory_and_are_told_to_come_again_past_it()
    {
        await using var node = await StartAsync(null);
        using var client = await AskAsync(node, "GET", "/api/v1/topics/t/records?max_bytes=16777216");
        await EventuallyAsync(() => Held(node) > ValueBytes);

        Assert.Contains(
            "\"x", await node.ReadAsync("GET", "/api/v1/topics/t/records?limit=1"), StringComparison.Ordinal);
        using var others = node.Server.Memory.ShareOf(new DefaultHttpContext());
        others.Take(MemoryBytes - Held(node));
        foreach (var path in (string[])
            [
                "records?limit=1", "partitions/0/batches?offset=0&max_bytes=1", "events?from=earliest",
                "records?from=earliest&format=sse",
            ])
        {
            using var refused = await node.Server.Client.GetAsync("/api/v1/topics/t/" + path, NativeClient.Token);
            await refused.ProblemAsync(System.Net.HttpStatusCode.TooManyRequests, "THROTTLED");
        }
    }

    private static async Task<AttackedServer> StartAsync(MinDataRate? rate)
    {
        var node = await AttackedServer.StartAsync(configure: services =>
            services.Configure<KestrelServerOptions>(kestrel => kestrel.Limits.MinResponseDataRate = rate));
        for (var i = 0; i < Values; i++)
        {
            await StoreAsync(node);
        }

        foreach (var queue in (string[])["q", "r"])
        {
            await node.SendAsync(
                "PUT",
                $"/api/v1/topics/t/queues/{queue}",
                "application/json",
                """{"auto_offset_reset":"earliest"}"""u8.ToArray());
        }

        await node.SendAsync(
            "POST", "/consumers/g", V2, """{"name":"i","auto.offset.reset":"earliest"}"""u8.ToArray());
        await node.SendAsync(
            "POST", "/consumers/g/instances/i/subscription", V2, """{"topics":["t"]}"""u8.ToArray());
        return node;
    }

    private static async Task StoreAsync(AttackedServer node)
    {
        RecordHeader[] headers =
        [
            new("ce_specversion", "1.0"u8.ToArray()), new("ce_id", "1"u8.ToArray()),
            new("ce_source", "/s"u8.ToArray()), new("ce_type", "t"u8.ToArray()),
        ];
        var builder = new RecordBatchBuilder();
        builder.Append(1000, null, Encoding.ASCII.GetBytes(new string('x', ValueBytes)), headers);
        using var content = new ByteArrayContent(builder.Build(CompressionType.None, new Codecs()).Bytes.ToArray());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/vnd.kafka.recordbatch.v2");
        using var response = await node.Client.PostAsync(
            "/api/v1/topics/t/partitions/0/batches", content, NativeClient.Token);
        await response.JsonAsync();
    }

    // The smallest buffer that there is, so that little of the answer leaves the node.
    private static async Task<TcpClient> AskAsync(AttackedServer node, string method, string path)
    {
        var client = await node.ConnectAsync(receiveBufferBytes: 4096);
        path = path.Replace("{C}", node.ClusterId, StringComparison.Ordinal);
        await client.GetStream().WriteAsync(
            Encoding.ASCII.GetBytes(
                $"{method} {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"),
            NativeClient.Token);
        return client;
    }

    private static long Held(AttackedServer node)
    {
        using var all = node.Server.Memory.ShareOf(new DefaultHttpContext());
        var free = 0L;
        for (var step = MemoryBytes; step >= 1024; step /= 2)
        {
            free += all.TryTake(step) is null ? step : 0;
        }

        return MemoryBytes - free;
    }

    private static async Task<long> ReadToEndAsync(TcpClient client)
    {
        var (total, buffer) = (0L, new byte[64 * 1024]);
        try
        {
            int count;
            while ((count = await client.GetStream().ReadAsync(buffer, NativeClient.Token)) > 0)
            {
                total += count;
            }
        }
        catch (IOException)
        {
            // The node reset the connection.
        }

        return total;
    }

    private static async Task EventuallyAsync(Func<bool> holds)
    {
        for (var looks = 0; !holds(); looks++)
        {
            Assert.True(looks < 2_000, "It did not come to that.");
            await Task.Delay(TimeSpan.FromMilliseconds(5), NativeClient.Token);
        }
    }
}
