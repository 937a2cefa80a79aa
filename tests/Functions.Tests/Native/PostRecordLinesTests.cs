using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Serverless.Functions.Tests.Native;

public sealed class PostRecordLinesTests
{
    private const string Lines = "application/x-ndjson";

    [Fact]
    public async Task Each_line_is_a_value_kept_exactly_and_keyed_by_the_member_named()
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("flights", 6);

        using var response = await server.PostAsync(
            "/topics/flights/records?key=origin",
            "{\"origin\":\"DTW\", \"n\": 1}\n\n{\"n\":2,\"origin\":\"HNL\"}\r\n{\"n\":3,\"origin\":\"DTW\"}",
            Lines);

        var answer = await response.JsonAsync();
        Assert.Equal(3, answer.GetProperty("records").GetInt32());
        Assert.Equal(
            3, answer.GetProperty("partitions").EnumerateArray().Sum(p => p.GetProperty("records").GetInt32()));
        var page = await server.ReadAsync("/topics/flights/records");
        Assert.Equal(
            ["{\"n\":2,\"origin\":\"HNL\"}", "{\"n\":3,\"origin\":\"DTW\"}", "{\"origin\":\"DTW\", \"n\": 1}"],
            page.Values().Order(StringComparer.Ordinal));
        Assert.Equal(
            ["DTW", "DTW", "HNL"],
            page.GetProperty("records").EnumerateArray().Select(r => r.GetProperty("key").GetString()).Order());
    }

    [Theory]
    [InlineData("key=user_id", 3)]
    [InlineData("key=userId", 1)]
    [InlineData("key=/userId", 1)]
    [InlineData("", null)]
    [InlineData("envelope=true", null)]
    public async Task Lines_without_the_member_that_was_named_as_key_are_counted(string query, int? count)
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("clicks");
        var lines = query == "envelope=true"
            ? """{"value":1}"""
            : "{\"userId\":7}\n{\"userId\":8}\n{\"userId\":null}";

        using var json = await server.PostAsync($"/topics/clicks/records?{query}", lines, Lines);
        using var streamed = await server.SendAsync(
            HttpMethod.Post, $"/topics/clicks/records?{query}", NativeClient.Content(lines, Lines), "Accept: " + Lines);

        Assert.Equal(count, CountOf(await json.JsonAsync()));
        Assert.All(
            (await streamed.Content.ReadAsStringAsync(NativeClient.Token)).Split('\n', StringSplitOptions.RemoveEmptyEntries),
            line => Assert.Equal(count, CountOf(JsonSerializer.Deserialize<JsonElement>(line))));
    }

    [Theory]
    [InlineData("""{"user":{},"other":{"id":1}}""", 1)]
    [InlineData("""{"user":{"name":"a"},"other":{"id":1}}""", 1)]
    [InlineData("""{"user":{"own":{"id":1}},"id":1}""", 1)]
    [InlineData("""{"other":{"id":1},"user":{"own":{},"id":1}}""", 0)]
    public async Task A_member_beside_the_object_of_the_pointer_is_no_key(string line, int without)
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("clicks");

        using var response = await server.PostAsync("/topics/clicks/records?key=/user/id", line, Lines);

        Assert.Equal(without, CountOf(await response.JsonAsync()));
    }

    [Fact]
    public async Task Where_a_bad_line_ends_a_stream_the_lines_without_a_key_are_counted_before_it()
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("clicks");

        using var response = await server.PostAsync("/topics/clicks/records?key=id", "{\"Id\":1}\n{\n", Lines);

        var problem = await response.ProblemAsync(HttpStatusCode.BadRequest, "INVALID_REQUEST");
        Assert.Equal(1, CountOf(problem));
    }

    private static int? CountOf(JsonElement answer) =>
        answer.TryGetProperty("without_key", out var count) ? count.GetInt32() : null;

    [Fact]
    public async Task The_real_flights_arrive_once_and_in_order_per_origin()
    {
        await using var server = await ApiServer.StartAsync(new() { StreamBatchBytesMax = 20_000 });
        await server.CreateTopicAsync("flights", 6);
        var lines = await File.ReadAllLinesAsync(
            Path.Combine(AppContext.BaseDirectory, "Data", "flights.ndjson"), NativeClient.Token);

        using var response = await server.PostAsync(
            "/topics/flights/records?key=origin", string.Join('\n', lines), Lines);
        await response.JsonAsync();

        var read = new List<string>();
        var cursor = "from=earliest";
        for (var more = true; more;)
        {
            using var page = await server.GetAsync($"/topics/flights/records?format=ndjson&limit=3000&{cursor}");
            var text = await page.Content.ReadAsStringAsync(NativeClient.Token);
            cursor = "cursor=" + page.Headers.GetValues("Next-Cursor").Single();
            read.AddRange(text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => JsonSerializer.Deserialize<JsonElement>(line).GetProperty("value").GetRawText()));
            more = text.Length > 0;
        }

        Assert.Equal(20_000, lines.Length);
        Assert.Equal(FlightsByOrigin(lines), FlightsByOrigin(read));
    }

    [Fact]
    public async Task A_bad_line_ends_the_stream_and_what_stands_before_it_stays()
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("flights");

        using var response = await server.PostAsync(
            "/topics/flights/records", "{\"n\":1}\n{\"n\":2}\n{\"n\":}\n{\"n\":4}\n", Lines);

        var problem = await response.ProblemAsync(HttpStatusCode.BadRequest, "INVALID_REQUEST");
        Assert.Equal("applied", problem.GetProperty("side_effects").GetString());
        Assert.Equal(3, problem.GetProperty("line").GetInt32());
        Assert.Equal(2, problem.GetProperty("durable_line").GetInt32());
        Assert.Equal(2, problem.GetProperty("records").GetInt32());
        Assert.Equal(["{\"n\":1}", "{\"n\":2}"], (await server.ReadAsync("/topics/flights/records")).Values());
    }

    [Fact]
    public async Task Broken_utf8_is_a_bad_line()
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("flights");
        using var content = new ByteArrayContent([(byte)'"', 0xC3, (byte)'"', (byte)'\n']);
        content.Headers.TryAddWithoutValidation("Content-Type", Lines);

        using var response = await server.Client.PostAsync(
            "/api/v1/topics/flights/records", content, NativeClient.Token);

        var problem = await response.ProblemAsync(HttpStatusCode.BadRequest, "INVALID_REQUEST");
        Assert.Equal("none", problem.GetProperty("side_effects").GetString());
    }

    [Fact]
    public async Task An_envelope_brings_its_own_key_headers_timestamp_and_partition()
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("flights", 4);

        using var response = await server.PostAsync(
            "/topics/flights/records?envelope=true",
            """{"key":"k","value":{"a":1},"headers":{"h":"x"},"timestamp":7,"partition":3}""",
            Lines);
        await response.JsonAsync();

        var record = (await server.ReadAsync("/topics/flights/partitions/3/records")).GetProperty("records")[0];
        Assert.Equal(
            """{"partition":3,"offset":0,"timestamp":7,"key":"k","value":{"a":1},"headers":"""
            + """[{"name":"h","value":"x"}]}""",
            record.GetRawText());
    }

    [Fact]
    public async Task A_line_above_the_topics_limit_is_refused_by_its_number()
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("flights", 1, new KeyValuePair<string, string?>("max.message.bytes", "200"));

        using var response = await server.PostAsync(
            "/topics/flights/records", "1\n\"" + new string('x', 200) + "\"\n", Lines);

        var problem = await response.ProblemAsync(HttpStatusCode.RequestEntityTooLarge, "MESSAGE_TOO_LARGE");
        Assert.Contains("Line 2", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal("applied", problem.GetProperty("side_effects").GetString());
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("GZIP")]
    [InlineData("X-Gzip")]
    public async Task A_compressed_stream_is_restored_in_whatever_case_its_encoding_is_written(string encoding)
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("flights");
        using var packed = new MemoryStream();
        await using (var gzip = new System.IO.Compression.GZipStream(
            packed, System.IO.Compression.CompressionMode.Compress, leaveOpen: true))
        {
            await gzip.WriteAsync("1\n2\n"u8.ToArray(), NativeClient.Token);
        }

        using var content = new ByteArrayContent(packed.ToArray());
        content.Headers.TryAddWithoutValidation("Content-Type", Lines);
        content.Headers.ContentEncoding.Add(encoding);
        using var response = await server.Client.PostAsync(
            "/api/v1/topics/flights/records", content, NativeClient.Token);

        Assert.Equal(2, (await response.JsonAsync()).GetProperty("records").GetInt32());
    }

    [Fact]
    public async Task Acknowledgements_arrive_while_the_client_still_sends()
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("flights");
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, server.Client.BaseAddress!.Port, NativeClient.Token);
        await using var stream = client.GetStream();
        using var reader = new StreamReader(stream);
        await SendAsync(
            stream,
            "POST /api/v1/topics/flights/records HTTP/1.1\r\nHost: x\r\nAccept: application/x-ndjson\r\n"
            + "Content-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n1\n2\n\r\n");

        var first = await ReadLineWithAsync(reader, "durable_line");
        await SendAsync(stream, "2\r\n3\n\r\n0\r\n\r\n");
        var second = await ReadLineWithAsync(reader, "durable_line");
        var sum = await ReadLineWithAsync(reader, "partitions");

        Assert.Equal("""{"partition":0,"base_offset":0,"records":2,"last_line":2,"durable_line":2}""", first);
        Assert.Equal("""{"partition":0,"base_offset":2,"records":1,"last_line":3,"durable_line":3}""", second);
        Assert.Equal(
            """{"records":3,"partitions":[{"partition":0,"first_offset":0,"last_offset":2,"records":3}]}""", sum);
    }

    [Fact]
    public async Task What_a_client_sent_before_it_vanished_is_kept_and_the_node_goes_on()
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("flights");
        using (var client = new TcpClient())
        {
            await client.ConnectAsync(IPAddress.Loopback, server.Client.BaseAddress!.Port, NativeClient.Token);
            await using var stream = client.GetStream();
            using var reader = new StreamReader(stream);
            await SendAsync(
                stream,
                "POST /api/v1/topics/flights/records HTTP/1.1\r\nHost: x\r\nAccept: application/x-ndjson\r\n"
                + "Content-Type: application/x-ndjson\r\nContent-Length: 100000\r\n\r\n1\n2\n");
            await ReadLineWithAsync(reader, "durable_line");
            client.Client.LingerState = new LingerOption(true, 0);
        }

        Assert.Equal(["1", "2"], (await server.ReadAsync("/topics/flights/records")).Values());
    }

    private static async Task SendAsync(NetworkStream stream, string text)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes(text), NativeClient.Token);
        await stream.FlushAsync(NativeClient.Token);
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

    // A stable sort: within an origin the lines keep the order in which they came.
    private static IReadOnlyList<string> FlightsByOrigin(IEnumerable<string> lines) =>
        [.. lines.OrderBy(
            static line => JsonSerializer.Deserialize<JsonElement>(line).GetProperty("origin").GetString(),
            StringComparer.Ordinal)];
}
