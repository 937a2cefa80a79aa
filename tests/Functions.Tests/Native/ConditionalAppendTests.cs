using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Serverless.StorageEngine.Records;

namespace Serverless.Functions.Tests.Native;

/// <summary>Appends that depend on the partition's next offset.</summary>
public sealed class ConditionalAppendTests
{
    private const string Records = "/topics/t/partitions/0/records";
    private const string Lines = "application/x-ndjson";

    [Theory]
    [InlineData("\"0\"")]
    [InlineData("0")]
    public async Task An_append_at_the_stated_offset_takes_place_and_names_the_next_one(string offset)
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("t");

        using var response = await server.PostWithAsync(
            Records, """[{"value":1},{"value":2}]""", "If-Match: " + offset);

        await response.JsonAsync();
        Assert.Equal("\"2\"", response.Headers.ETag!.Tag);
    }

    [Theory]
    [InlineData("""{"value":2}""", "application/json")]
    [InlineData("2", "application/x-ndjson")]
    [InlineData("2", "text/plain")]
    public async Task An_append_elsewhere_is_refused_and_told_the_actual_offset(string body, string mediaType)
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("t");
        using var first = await server.PostAsync(Records, """{"value":1}""");
        await first.JsonAsync();

        using var behind = await server.PostWithAsync(Records, body, "If-Match: \"0\"", mediaType);
        using var ahead = await server.PostWithAsync(Records, body, "If-Match: \"2\"", mediaType);

        foreach (var response in (HttpResponseMessage[])[behind, ahead])
        {
            var problem = await response.ProblemAsync(HttpStatusCode.PreconditionFailed, "NEXT_OFFSET_MISMATCH");
            Assert.Equal(1, problem.GetProperty("next_offset").GetInt64());
            Assert.Equal("none", problem.GetProperty("side_effects").GetString());
        }

        Assert.Equal(["1"], (await server.ReadAsync(Records)).Values());
    }

    [Fact]
    public async Task A_refusal_names_the_stated_offset_beside_the_actual_one()
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("t");

        using var response = await server.PostWithAsync(Records, """{"value":1}""", "If-Match: \"999\"");

        var problem = await response.ProblemAsync(HttpStatusCode.PreconditionFailed, "NEXT_OFFSET_MISMATCH");
        Assert.Equal(
            "If-Match was 999; the next offset of partition 0 is 0.", problem.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task One_of_two_that_ask_for_the_same_offset_gets_it()
    {
        await using var one = await ApiServer.StartAsync();
        await using var other = await ApiServer.StartAsync(beside: one);
        await one.CreateTopicAsync("t");

        var answers = await Task.WhenAll(
            one.PostWithAsync(Records, """{"value":"one"}""", "If-Match: 0"),
            other.PostWithAsync(Records, """{"value":"other"}""", "If-Match: 0"));

        Assert.Equal(
            [HttpStatusCode.OK, HttpStatusCode.PreconditionFailed],
            answers.Select(static answer => answer.StatusCode).Order());
        Assert.Single((await one.ReadAsync(Records)).Values());
        Array.ForEach(answers, static answer => answer.Dispose());
    }

    [Fact]
    public async Task All_batches_of_a_request_follow_each_other_from_the_stated_offset_on()
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("t", 1, new KeyValuePair<string, string?>("max.message.bytes", "100"));
        var lines = string.Join('\n', Enumerable.Range(0, 4).Select(i => $"\"{i}{new string('x', 25)}\""));

        using var response = await server.PostWithAsync(Records, lines, "If-Match: 0", Lines);

        Assert.Equal(4, (await response.JsonAsync()).GetProperty("records").GetInt32());
        Assert.Equal("\"4\"", response.Headers.ETag!.Tag);
    }

    [Theory]
    [InlineData("If-Match: 0", "NEXT_OFFSET_MISMATCH")]
    [InlineData("Fencing-Token: \"\"", "FENCING_TOKEN_MISMATCH")]
    public async Task A_stream_whose_condition_fails_in_the_middle_ends_and_tells_what_is_stored(
        string condition, string code)
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("t");
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, server.Client.BaseAddress!.Port, NativeClient.Token);
        await using var stream = client.GetStream();
        using var reader = new StreamReader(stream);

        await stream.WriteAsync(
            Encoding.ASCII.GetBytes(
                $"POST /api/v1{Records} HTTP/1.1\r\nHost: x\r\nAccept: {Lines}\r\nContent-Type: {Lines}\r\n"
                + $"{condition}\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n1\n\r\n"),
            NativeClient.Token);
        await ReadLineWithAsync(reader, "\"durable_line\":1");
        using var other = await server.PostAsync(Records, """{"value":"other"}""");
        using var token = await server.SendAsync(
            HttpMethod.Put,
            "/topics/t/partitions/0/fencing-token",
            NativeClient.Content("""{"token":"other"}""", "application/json"));
        await stream.WriteAsync("2\r\n2\n\r\n0\r\n\r\n"u8.ToArray(), NativeClient.Token);

        var problem = JsonSerializer.Deserialize<JsonElement>(await ReadLineWithAsync(reader, "problem"))
            .GetProperty("problem");
        Assert.Equal(code, problem.GetProperty("code").GetString());
        Assert.Equal("applied", problem.GetProperty("side_effects").GetString());
        Assert.Equal(1, problem.GetProperty("durable_line").GetInt32());
        Assert.Equal(["1", "\"other\""], (await server.ReadAsync(Records)).Values());
    }

    [Fact]
    public async Task A_repetition_of_one_that_won_is_answered_with_success()
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("t");

        using var first = await server.PostWithAsync(Records, """{"value":1}""", "If-Match: 0|Idempotency-Key: k");
        using var later = await server.PostWithAsync(Records, """{"value":2}""", "If-Match: 1");
        using var again = await server.PostWithAsync(Records, """{"value":1}""", "If-Match: 0|Idempotency-Key: k");

        await first.JsonAsync();
        await later.JsonAsync();
        Assert.True((await again.JsonAsync()).GetProperty("duplicate").GetBoolean());
        Assert.Equal("\"1\"", again.Headers.ETag!.Tag);
        Assert.Equal(["1", "2"], (await server.ReadAsync(Records)).Values());
    }

    [Fact]
    public async Task Raw_batches_take_the_condition_too()
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("t");
        byte[] batches = [.. BatchOf("a", "b"), .. BatchOf("c")];

        using var first = await PostAsync(server, batches, "If-Match: \"0\"");
        using var again = await PostAsync(server, batches, "If-Match: \"0\"");

        await first.JsonAsync();
        Assert.Equal("\"3\"", first.Headers.ETag!.Tag);
        var problem = await again.ProblemAsync(HttpStatusCode.PreconditionFailed, "NEXT_OFFSET_MISMATCH");
        Assert.Equal(3, problem.GetProperty("next_offset").GetInt64());
    }

    private static async Task<string> ReadLineWithAsync(StreamReader reader, string word)
    {
        while (await reader.ReadLineAsync(NativeClient.Token) is { } line)
        {
            if (line.Contains(word, StringComparison.Ordinal))
            {
                return line;
            }
        }

        throw new EndOfStreamException($"No line has the word {word}.");
    }

    private static Task<HttpResponseMessage> PostAsync(ApiServer server, byte[] batches, string headers)
    {
        var content = new ByteArrayContent(batches);
        content.Headers.ContentType = new("application/octet-stream");
        return server.SendAsync(HttpMethod.Post, "/topics/t/partitions/0/batches", content, headers);
    }

    private static byte[] BatchOf(params string[] values)
    {
        var builder = new RecordBatchBuilder();
        foreach (var value in values)
        {
            builder.Append(1000, null, Encoding.UTF8.GetBytes(value), []);
        }

        return builder.Build().Bytes.ToArray();
    }
}
