using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Serverless.Functions.Api;
using Serverless.Functions.Tests.Native;

namespace Serverless.Functions.Tests.Attacks;

/// <summary>A client that sends a body a little at a time is ended, and what it held is free again.</summary>
public sealed class SlowBodyTests
{
    private static readonly long MemoryBytes = new ApiSettings().RequestMemoryBytesMax;

    // The rate is the server's, and so is the clock; it looks once a second.
    [Fact]
    public async Task A_body_that_trickles_is_408_on_every_route_that_reads_a_body_as_a_whole()
    {
        await using var node = await AttackedServer.StartAsync(configure: static services =>
            services.Configure<KestrelServerOptions>(static kestrel => kestrel.Limits.MinRequestBodyDataRate =
                new MinDataRate(1_000_000, TimeSpan.FromSeconds(1.5))));
        JsonTarget[] targets =
            [.. JsonTarget.OfRecords.Where(static target => !IsStream(target)), .. JsonTarget.Others];

        var answers = await Task.WhenAll(targets.Select(async target =>
        {
            using var client = await node.ConnectAsync();
            await BeginAsync(node, client, target, 100_000);
            await SendAsync(client, " ");
            return await ReadToEndAsync(client);
        }));

        for (var i = 0; i < targets.Length; i++)
        {
            Assert.StartsWith("HTTP/1.1 408 ", answers[i], StringComparison.Ordinal);
            Assert.Contains(WordOf(targets[i].Path), answers[i], StringComparison.Ordinal);
        }

        await node.ServesAsync(MemoryBytes);
    }

    [Theory]
    [InlineData("application/x-ndjson", "/api/v1/topics/t/records", "{\"n\":1}\n", "{\"n\":", "HTTP/1.1 408 ")]
    [InlineData(
        "application/json",
        "/v3/clusters/{C}/topics/t/records",
        """{"value":{"type":"JSON","data":1}}""",
        """{"value":{"type":""",
        "\"error_code\":408")]
    public async Task A_record_of_a_stream_that_does_not_end_ends_the_stream_behind_the_records_before_it(
        string mediaType, string path, string whole, string begun, string expected)
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var node = await StreamNodeAsync(time);
        using var client = await node.ConnectAsync();
        await BeginAsync(node, client, new("", "POST", path, mediaType, ""), length: null);
        await SendChunkAsync(client, whole);
        await EventuallyAsync(async () => await EndAsync(node) == 1);

        // Far from the end, and each time a little of it.
        await SendChunkAsync(client, begun + new string(' ', 200_000));
        await EventuallyAsync(() => ValueTask.FromResult(!IsFree(node)));
        time.Advance(TimeSpan.FromSeconds(30));
        await SendChunkAsync(client, " ");
        await EventuallyAsync(() =>
        {
            time.Advance(TimeSpan.FromSeconds(10));
            return ValueTask.FromResult(IsFree(node));
        });
        var answer = await ReadToEndAsync(client);

        Assert.Contains(expected, answer, StringComparison.Ordinal);
        Assert.Equal(1, await EndAsync(node));
        await node.ServesAsync(MemoryBytes);
    }

    [Theory]
    [InlineData("application/x-ndjson", "/api/v1/topics/t/records", "\"{0}\"\n")]
    [InlineData(
        "application/json",
        "/v3/clusters/{C}/topics/t/records",
        """{"value":{"type":"STRING","data":"{0}"}}""" + "\r\n")]
    public async Task A_stream_that_pauses_between_large_records_holds_no_memory_and_may_go_on(
        string mediaType, string path, string record)
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var node = await StreamNodeAsync(time);
        using var client = await node.ConnectAsync();
        await BeginAsync(node, client, new("", "POST", path, mediaType, ""), length: null);
        var large = record.Replace("{0}", new string('x', 500_000), StringComparison.Ordinal);

        await SendChunkAsync(client, large);
        await EventuallyAsync(async () => await EndAsync(node) == 1);
        await EventuallyAsync(() => ValueTask.FromResult(IsFree(node)));
        time.Advance(TimeSpan.FromHours(1));
        await SendChunkAsync(client, large);
        await EventuallyAsync(async () => await EndAsync(node) == 2);
        await SendAsync(client, "0\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 200 ", await ReadToEndAsync(client), StringComparison.Ordinal);
    }

    private static string WordOf(string path) =>
        path.StartsWith("/api/v1", StringComparison.Ordinal) ? "\"code\":\"REQUEST_TIMED_OUT\""
        : path.Contains("api-version", StringComparison.Ordinal) ? "{\"error\":{"
        : "\"error_code\":408";

    private static bool IsStream(JsonTarget target) =>
        target.MediaType.Contains("ndjson", StringComparison.Ordinal) || target.Name == "v3 record";

    private static Task<AttackedServer> StreamNodeAsync(FakeTimeProvider time) => AttackedServer.StartAsync(
        new() { StreamLinger = TimeSpan.Zero, StreamItemTimeout = TimeSpan.FromMinutes(1) },
        services => services.AddSingleton<TimeProvider>(time));

    private static async Task BeginAsync(AttackedServer node, TcpClient client, JsonTarget target, int? length)
    {
        var path = target.Path.Replace("{C}", node.ClusterId, StringComparison.Ordinal);
        var size = length is { } bytes
            ? string.Create(CultureInfo.InvariantCulture, $"Content-Length: {bytes}")
            : "Transfer-Encoding: chunked";
        await SendAsync(
            client,
            $"{target.Method} {path} HTTP/1.1\r\nHost: x\r\nContent-Type: {target.MediaType}\r\n{size}\r\n"
            + "Connection: close\r\n\r\n");
    }

    private static Task SendChunkAsync(TcpClient client, string text) =>
        SendAsync(client, string.Create(CultureInfo.InvariantCulture, $"{text.Length:x}\r\n{text}\r\n"));

    private static async Task SendAsync(TcpClient client, string text) =>
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(text), NativeClient.Token);

    // The server ends such a connection as it can: by a reset when the client has not read what it was sent.
    private static async Task<string> ReadToEndAsync(TcpClient client)
    {
        var (text, buffer) = (new MemoryStream(), new byte[4096]);
        try
        {
            int count;
            while ((count = await client.GetStream().ReadAsync(buffer, NativeClient.Token)) > 0)
            {
                text.Write(buffer, 0, count);
            }
        }
        catch (IOException)
        {
            // What came before is the answer.
        }

        return Encoding.UTF8.GetString(text.ToArray());
    }

    private static async Task<long> EndAsync(AttackedServer node)
    {
        Assert.True(StorageEngine.Topics.TopicName.TryParse("t", out var name, out _));
        var topic = await node.Server.Topics.FindAsync(name, NativeClient.Token);
        return (await node.Server.Log.GetOffsetsAsync(topic!, 0, NativeClient.Token))!.Value.HighWatermark;
    }

    private static bool IsFree(AttackedServer node)
    {
        using var all = node.Server.Memory.ShareOf(new DefaultHttpContext());
        return all.TryTake(MemoryBytes) is null;
    }

    private static async Task EventuallyAsync(Func<ValueTask<bool>> holds)
    {
        for (var looks = 0; !await holds(); looks++)
        {
            Assert.True(looks < 2_000, "It did not come to that.");
            await Task.Delay(TimeSpan.FromMilliseconds(5), NativeClient.Token);
        }
    }
}
