using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Serverless.Functions.Api;

namespace Serverless.Functions.Tests.Native;

public sealed class RecordTailTests
{
    [Fact]
    public async Task Events_carry_a_cursor_from_which_a_client_resumes_exactly()
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("t", 2);
        using var posted = await server.PostAsync("/topics/t/partitions/1/records", """[{"value":1},{"value":2}]""");

        using var tail = await OpenAsync(server, "/topics/t/records?from=earliest", "text/event-stream");
        using var reader = new StreamReader(await tail.Content.ReadAsStreamAsync(NativeClient.Token));
        var id = await ReadLineAsync(reader, "id: ");
        var data = await ReadLineAsync(reader, "data: ");

        Assert.Equal("id: 0:0,1:1", id);
        Assert.Contains("\"value\":1", data, StringComparison.Ordinal);

        using var resumed = await OpenAsync(
            server, "/topics/t/records?from=earliest", "text/event-stream", id["id: ".Length..]);
        using var rest = new StreamReader(await resumed.Content.ReadAsStreamAsync(NativeClient.Token));
        Assert.Equal("id: 0:0,1:2", await ReadLineAsync(rest, "id: "));
        Assert.Contains("\"value\":2", await ReadLineAsync(rest, "data: "), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_record_reaches_an_open_tail_that_began_at_the_end()
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("t");
        using var before = await server.PostAsync("/topics/t/records", """{"value":"before"}""");
        using var tail = await OpenAsync(server, "/topics/t/partitions/0/records?follow=true", "application/x-ndjson");
        using var reader = new StreamReader(await tail.Content.ReadAsStreamAsync(NativeClient.Token));

        using var after = await server.PostAsync("/topics/t/records", """{"value":"after"}""");

        Assert.Contains("\"after\"", await ReadLineAsync(reader, "{"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_silent_tail_beats_and_ends_itself_in_time()
    {
        await using var server = await ApiServer.StartAsync(new()
        {
            TailHeartbeat = TimeSpan.FromMilliseconds(100),
            TailDurationMax = TimeSpan.FromSeconds(1),
        });
        await server.CreateTopicAsync("t");

        using var tail = await OpenAsync(server, "/topics/t/records", "text/event-stream");
        var text = await tail.Content.ReadAsStringAsync(NativeClient.Token);

        Assert.StartsWith(":\n\n:\n\n", text);
        Assert.EndsWith("id: 0:0\nevent: end\ndata: {\"end\":true,\"next\":\"0:0\"}\n\n", text);
    }

    [Fact]
    public async Task A_tail_that_starts_out_of_range_is_a_problem_and_no_stream()
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("t");

        using var tail = await OpenAsync(server, "/topics/t/partitions/0/records?offset=5", "text/event-stream");

        await tail.ProblemAsync(HttpStatusCode.RequestedRangeNotSatisfiable, "OFFSET_OUT_OF_RANGE");
    }

    [Fact]
    public async Task A_tail_ends_with_a_problem_when_its_topic_is_deleted()
    {
        await using var server = await ApiServer.StartAsync(
            new ApiSettings { TailHeartbeat = TimeSpan.FromMilliseconds(200) });
        await server.CreateTopicAsync("t");
        using var tail = await OpenAsync(server, "/topics/t/records", "text/event-stream");
        using var reader = new StreamReader(await tail.Content.ReadAsStreamAsync(NativeClient.Token));

        using var deleted = await server.Client.DeleteAsync("/api/v1/topics/t", NativeClient.Token);

        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.Equal("event: problem", await ReadLineAsync(reader, "event: "));
        Assert.Contains("UNKNOWN_TOPIC_OR_PARTITION", await ReadLineAsync(reader, "data: "), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_that_leaves_ends_its_tails()
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("t");
        using var tail = await OpenAsync(server, "/topics/t/records", "text/event-stream");

        server.Log.EndWaits();
        var text = await tail.Content.ReadAsStringAsync(NativeClient.Token);

        Assert.EndsWith("event: end\ndata: {\"end\":true,\"next\":\"0:0\"}\n\n", text);
    }

    [Fact]
    public async Task A_client_that_goes_away_ends_its_tail_and_is_no_error()
    {
        var failures = new FailureLog();
        var server = await ApiServer.StartAsync(
            configure: services => services.AddSingleton<ILoggerProvider>(failures));
        await server.CreateTopicAsync("t");
        var tail = await OpenAsync(server, "/topics/t/records", "text/event-stream");

        tail.Dispose();

        // Leaving waits for every request in flight, and a silent tail would last for minutes.
        await server.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20), NativeClient.Token);
        Assert.Empty(failures.Entries);
    }

    private static async Task<HttpResponseMessage> OpenAsync(
        ApiServer server, string path, string accept, string? lastEventId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1" + path);
        request.Headers.Add("Accept", accept);
        if (lastEventId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastEventId);
        }

        return await server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, NativeClient.Token);
    }

    private static async Task<string> ReadLineAsync(StreamReader reader, string start)
    {
        while (await reader.ReadLineAsync(NativeClient.Token) is { } line)
        {
            if (line.StartsWith(start, StringComparison.Ordinal))
            {
                return line;
            }
        }

        throw new EndOfStreamException($"No line starts with {start}");
    }
}
