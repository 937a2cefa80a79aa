using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Serverless.Functions.Api;
using Serverless.Functions.Tests.Attacks;
using Serverless.StorageEngine.Simulation;
using Serverless.StorageEngine.Storage;

namespace Serverless.Functions.Tests.Native;

public sealed class StreamFaultTests
{
    private const string Lines = "application/x-ndjson";

    [Fact]
    public async Task A_store_that_fails_in_mid_stream_leaves_a_prefix_and_the_answer_says_how_much()
    {
        // One line fills a batch, so that the second append is the one that fails.
        await using var server = await StartAsync(new() { StreamBatchBytesMax = 1024 });
        await server.CreateTopicAsync("t");
        using var opened = await server.PostAsync("/topics/t/records", "\"first\"", Lines);
        await opened.JsonAsync();
        var appends = 0;
        server.Segments.Interception.Before = call =>
            call.Operation == StorageOperation.Append && Interlocked.Increment(ref appends) > 1
                ? throw new StorageUnavailableException("The store is away.")
                : ValueTask.CompletedTask;

        using var response = await server.PostAsync("/topics/t/records", string.Join('\n', LongLines(5)), Lines);

        server.Segments.Interception.Before = null;
        var problem = await response.ProblemAsync(HttpStatusCode.ServiceUnavailable, "STORAGE_UNAVAILABLE");
        Assert.Equal("applied", problem.GetProperty("side_effects").GetString());
        Assert.True(response.Headers.Contains("Retry-After"));
        var durable = problem.GetProperty("durable_line").GetInt32();
        Assert.InRange(durable, 1, 4);
        Assert.Equal(1 + durable, (await server.ReadAsync("/topics/t/records")).Values().Count);
    }

    [Fact]
    public async Task A_stream_that_cannot_go_on_is_answered_although_the_client_has_not_ended_it()
    {
        var failures = new FailureLog();
        await using var server = await StartAsync(new(), failures);
        await server.CreateTopicAsync("t");
        using var opened = await server.PostAsync("/topics/t/records", "\"first\"", Lines);
        await opened.JsonAsync();
        server.Segments.Interception.Before = static call => call.Operation == StorageOperation.Append
            ? throw new StorageUnavailableException("The store is away.")
            : ValueTask.CompletedTask;
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, server.Client.BaseAddress!.Port, NativeClient.Token);
        await using var stream = client.GetStream();
        using var reader = new StreamReader(stream);

        await stream.WriteAsync(
            Encoding.ASCII.GetBytes(
                "POST /api/v1/topics/t/records HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-ndjson\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n2\r\n1\n\r\n"),
            NativeClient.Token);

        Assert.Equal("HTTP/1.1 503 Service Unavailable", await reader.ReadLineAsync(NativeClient.Token));
        server.Segments.Interception.Before = null;
        Assert.Equal(["\"first\""], (await server.ReadAsync("/topics/t/records")).Values().Select(Unescaped));
        Assert.All(failures.Entries, static entry => Assert.StartsWith("LogNotAppended", entry));
    }

    [Fact]
    public async Task A_request_that_the_store_refused_changed_nothing_and_says_so()
    {
        await using var server = await StartAsync(new());
        await server.CreateTopicAsync("t");
        using var opened = await server.PostAsync("/topics/t/records", """{"value":0}""");
        await opened.JsonAsync();
        server.Segments.Interception.Before = static call => call.Operation == StorageOperation.Append
            ? throw new StorageUnavailableException("The store is away.", retryAfter: TimeSpan.FromSeconds(7))
            : ValueTask.CompletedTask;

        using var response = await server.PostAsync("/topics/t/records", """[{"value":1},{"value":2}]""");

        server.Segments.Interception.Before = null;
        var problem = await response.ProblemAsync(HttpStatusCode.ServiceUnavailable, "STORAGE_UNAVAILABLE");
        Assert.Equal("none", problem.GetProperty("side_effects").GetString());
        Assert.True(problem.GetProperty("retryable").GetBoolean());
        Assert.Equal(["0"], (await server.ReadAsync("/topics/t/records")).Values());
    }

    [Theory]
    [InlineData("/api/v1/topics/t/records", "application/x-ndjson", "\"durable_line\":2", "\"side_effects\":\"applied\"")]
    [InlineData("/v3/clusters/{C}/topics/t/records", "application/json", "\"offset\":1", "\"error_code\":400")]
    public async Task A_stream_that_breaks_in_transit_tells_what_of_it_is_durable(
        string path, string mediaType, string durable, string broken)
    {
        await using var node = await AttackedServer.StartAsync();
        path = path.Replace("{C}", node.ClusterId, StringComparison.Ordinal);

        using var client = await node.ConnectAsync();
        await using var stream = client.GetStream();
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes(
                $"POST {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: {mediaType}\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n6\r\n{}\n{}\n\r\n"),
            NativeClient.Token);
        await node.ReadAsync("GET", "/api/v1/topics/t/partitions/0/records?offset=0&wait=25s");
        await stream.WriteAsync("zz\r\n"u8.ToArray(), NativeClient.Token);
        using var reader = new StreamReader(stream);
        var answer = await reader.ReadToEndAsync(NativeClient.Token);

        Assert.Contains(durable, answer, StringComparison.Ordinal);
        Assert.Contains(broken, answer, StringComparison.Ordinal);
        Assert.Equal(2, (await node.Server.ReadAsync("/topics/t/records")).Values().Count);
    }

    [Theory]
    [InlineData(false, HttpStatusCode.ServiceUnavailable, "STORAGE_UNAVAILABLE")]
    [InlineData(true, HttpStatusCode.InternalServerError, "KAFKA_STORAGE_ERROR")]
    public async Task A_partition_that_fails_does_not_take_the_others_with_it_and_the_answer_tells_them_apart(
        bool isDamaged, HttpStatusCode status, string code)
    {
        await using var server = await StartAsync(new());
        var topic = await server.CreateTopicAsync("t", 2);
        using var opened = await server.PostAsync(
            "/topics/t/records", """[{"value":0,"partition":0},{"value":0,"partition":1}]""");
        await opened.JsonAsync();
        string? victim = null;
        server.Segments.Interception.Before = call =>
            call.Operation == StorageOperation.Append
            && (Interlocked.CompareExchange(ref victim, call.Target, null) ?? call.Target) == call.Target
                ? throw (isDamaged
                    ? new CorruptDataException("One log is damaged.")
                    : new StorageUnavailableException("One log is away."))
                : ValueTask.CompletedTask;

        using var response = await server.PostAsync(
            "/topics/t/records", """[{"value":1,"partition":0},{"value":1,"partition":1}]""");

        server.Segments.Interception.Before = null;
        var problem = await response.ProblemAsync(status, code);
        Assert.Equal("applied", problem.GetProperty("side_effects").GetString());
        var offsets = problem.GetProperty("offsets").EnumerateArray().ToArray();
        Assert.Single(offsets, offset => offset.TryGetProperty("offset", out var stored) && stored.GetInt64() == 1);
        Assert.Single(
            offsets, offset => offset.TryGetProperty("side_effects", out var none) && none.GetString() == "none");
        Assert.Equal(3, (await server.ReadAsync("/topics/t/records")).Values().Count);
        Assert.Equal(2, topic.PartitionCount);
    }

    [Fact]
    public async Task While_the_store_is_slow_the_body_is_read_no_further_than_the_limit()
    {
        // So many partitions that no single batch gets full: only the sum of them can reach a limit.
        await using var server = await ApiServer.StartAsync(new() { StreamPendingBytesMax = 256 * 1024 });
        await server.CreateTopicAsync("t", 64);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        server.Segments.Interception.Before = async call =>
        {
            if (call.Operation == StorageOperation.Append)
            {
                held.TrySetResult();
                await release.Task;
            }
        };
        var body = new CountedContent([.. LongLines(20_000).Select(line => $"{{\"k\":{line},\"v\":{line}}}")]);
        body.Headers.TryAddWithoutValidation("Content-Type", Lines);

        var post = server.Client.PostAsync("/api/v1/topics/t/records?key=k", body, NativeClient.Token);
        await held.Task;
        var sentWhileHeld = await body.UntilStuckAsync();
        server.Segments.Interception.Before = null;
        release.SetResult();
        using var response = await post;

        Assert.Equal(20_000, (await response.JsonAsync()).GetProperty("records").GetInt32());
        Assert.InRange(sentWhileHeld, 1, body.Total / 2);
    }

    // The engine tries for seconds before it gives up on a store.
    private static Task<ApiServer> StartAsync(ApiSettings settings, ILoggerProvider? log = null) => ApiServer.StartAsync(
        settings,
        configure: services =>
        {
            services.AddSingleton<TimeProvider>(new FastTime(factor: 50));
            if (log is not null)
            {
                services.AddSingleton(log);
            }
        });

    // A stored JSON string is read as the text that it is, quotes included.
    private static string Unescaped(string text) => System.Text.Json.JsonSerializer.Deserialize<string>(text)!;

    private static IEnumerable<string> LongLines(int count) =>
        Enumerable.Range(0, count).Select(i => $"\"{i} {new string('x', 1000)}\"");

    /// <summary>A body that counts what the connection has taken of it.</summary>
    private sealed class CountedContent(string[] lines) : HttpContent
    {
        private long _sent;

        public long Total { get; } = lines.Sum(static line => line.Length + 1L);

        /// <summary>The number of bytes sent when the connection took nothing for a while.</summary>
        public async Task<long> UntilStuckAsync()
        {
            var before = -1L;
            while (Interlocked.Read(ref _sent) is var sent && sent != before)
            {
                before = sent;
                await Task.Delay(TimeSpan.FromMilliseconds(300), NativeClient.Token);
            }

            return before;
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            foreach (var line in lines)
            {
                await stream.WriteAsync(Encoding.ASCII.GetBytes(line + "\n"));
                Interlocked.Add(ref _sent, line.Length + 1);
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
