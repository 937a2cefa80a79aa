using System.Net;
using System.Text.Json;

namespace Serverless.Functions.Tests.Native;

/// <summary>Requests that are told apart by a key of the client.</summary>
public sealed class IdempotencyKeyTests
{
    private const string Lines = "application/x-ndjson";
    private const string Key = "Idempotency-Key: 8e03978e-40d5-43dd-bc93-6894a57f9324";

    [Theory]
    [InlineData("""[{"value":1},{"value":2,"key":"k"}]""", "application/json")]
    [InlineData("1\n2\n3\n", Lines)]
    [InlineData("1", "text/plain")]
    public async Task The_same_request_again_gives_the_first_answer_on_any_node(string body, string mediaType)
    {
        await using var one = await ApiServer.StartAsync();
        await using var other = await ApiServer.StartAsync(beside: one);
        await one.CreateTopicAsync("t", 8);

        using var first = await one.PostWithAsync("/topics/t/records", body, Key, mediaType);
        using var second = await other.PostWithAsync("/topics/t/records", body, Key, mediaType);
        using var third = await one.PostWithAsync("/topics/t/records", body, Key, mediaType);

        var answer = await first.JsonAsync();
        foreach (var repeated in (JsonElement[])[await second.JsonAsync(), await third.JsonAsync()])
        {
            Assert.True(repeated.GetProperty("duplicate").GetBoolean());
            Assert.Equal(PlacesOf(answer), PlacesOf(repeated));
        }

        Assert.Equal(
            answer.GetProperty("records").GetInt32(),
            (await one.ReadAsync("/topics/t/records")).GetProperty("records").GetArrayLength());
    }

    [Fact]
    public async Task A_key_in_quotes_is_the_same_key()
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("t");

        using var bare = await server.PostWithAsync("/topics/t/records", """{"value":1}""", "Idempotency-Key: a\\\"b");
        using var quoted = await server.PostWithAsync(
            "/topics/t/records", """{"value":1}""", "Idempotency-Key: \"a\\\\\\\"b\"");

        await bare.JsonAsync();
        Assert.True((await quoted.JsonAsync()).GetProperty("duplicate").GetBoolean());
    }

    [Fact]
    public async Task Another_key_is_another_request_and_so_is_the_same_key_on_another_topic()
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("t");
        await server.CreateTopicAsync("u");

        foreach (var (topic, key) in ((string, string)[])[("t", "a"), ("t", "A"), ("u", "a")])
        {
            using var response = await server.PostWithAsync(
                $"/topics/{topic}/records", """{"value":1}""", $"Idempotency-Key: {key}");
            Assert.False((await response.JsonAsync()).TryGetProperty("duplicate", out _));
        }

        Assert.Equal(["1", "1"], (await server.ReadAsync("/topics/t/records")).Values());
    }

    [Fact]
    public async Task A_repeated_stream_may_be_cut_into_other_batches_and_go_on_behind_the_first_try()
    {
        await using var large = await ApiServer.StartAsync();
        await using var small = await ApiServer.StartAsync(new() { StreamBatchBytesMax = 1024 }, beside: large);
        await large.CreateTopicAsync("t", 3);
        var filling = new string('x', 400);
        var lines = Enumerable.Range(0, 60)
            .Select(i => $"{{\"n\":{i},\"k\":\"{i % 7}\",\"x\":\"{filling}\"}}")
            .ToArray();

        using var first = await small.PostWithAsync(
            "/topics/t/records?key=k", string.Join('\n', lines[..40]), Key, Lines);
        using var disturbance = await large.PostAsync(
            "/topics/t/records", """[{"value":0,"partition":0},{"value":0,"partition":1},{"value":0,"partition":2}]""");
        using var again = await large.PostWithAsync("/topics/t/records?key=k", string.Join('\n', lines), Key, Lines);
        using var last = await small.PostWithAsync("/topics/t/records?key=k", string.Join('\n', lines), Key, Lines);

        await first.JsonAsync();
        await disturbance.JsonAsync();
        var answer = await again.JsonAsync();
        Assert.Equal(60, answer.GetProperty("records").GetInt32());
        Assert.Equal(
            40, answer.GetProperty("partitions").EnumerateArray().Sum(p => p.GetProperty("duplicates").GetInt32()));
        Assert.True((await last.JsonAsync()).GetProperty("duplicate").GetBoolean());
        var stored = (await large.ReadAsync("/topics/t/records?limit=100")).Values();
        Assert.Equal(lines.Append("0").Append("0").Append("0").Order(), stored.Order());
    }

    [Fact]
    public async Task A_limit_that_was_changed_in_between_cuts_a_request_otherwise_and_stores_it_once()
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("t", 1, new KeyValuePair<string, string?>("max.message.bytes", "200"));
        var filling = new string('x', 50);
        var body = $"[{string.Join(',', Enumerable.Range(0, 9).Select(i => $$"""{"value":"{{i}}{{filling}}"}"""))}]";

        using var first = await server.PostWithAsync("/topics/t/records", body, Key);
        foreach (var limit in (int[])[1000, 130])
        {
            using var change = await server.SendAsync(
                HttpMethod.Patch,
                "/topics/t",
                NativeClient.Content($$$"""{"configs":{"max.message.bytes":{{{limit}}}}}""", "application/json"));
            await change.JsonAsync();
            using var again = await server.PostWithAsync("/topics/t/records", body, Key);
            var answer = await again.JsonAsync();
            Assert.True(answer.GetProperty("duplicate").GetBoolean());
            Assert.Equal(PlacesOf(await first.JsonAsync()), PlacesOf(answer));
        }

        Assert.Equal(9, (await server.ReadAsync("/topics/t/records")).Values().Count);
    }

    [Fact]
    public async Task Raw_batches_take_a_key_too()
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("t");
        var builder = new Serverless.StorageEngine.Records.RecordBatchBuilder();
        builder.Append(7, null, "a"u8.ToArray(), []);
        var batch = builder.Build().Bytes.ToArray();
        builder.Append(7, null, "b"u8.ToArray(), []);
        var otherBatch = builder.Build().Bytes.ToArray();

        using var first = await server.SendAsync(
            HttpMethod.Post, "/topics/t/partitions/0/batches", Binary(batch), Key);
        using var again = await server.SendAsync(
            HttpMethod.Post, "/topics/t/partitions/0/batches", Binary(batch), Key);
        using var reused = await server.SendAsync(
            HttpMethod.Post, "/topics/t/partitions/0/batches", Binary(otherBatch), Key);

        await first.JsonAsync();
        await reused.ProblemAsync(HttpStatusCode.UnprocessableEntity, "IDEMPOTENCY_KEY_REUSED");
        Assert.Equal(
            """{"records":1,"duplicate":true,"batches":[{"base_offset":0,"records":1,"duplicate":true}]}""",
            (await again.JsonAsync()).GetRawText());
    }

    [Theory]
    [InlineData("""[{"value":1},{"value":2}]""", """[{"value":1},{"value":2},{"value":3}]""", "application/json")]
    [InlineData("""[{"value":1},{"value":2}]""", """[{"value":1}]""", "application/json")]
    [InlineData("""[{"value":1},{"value":2}]""", """[{"value":1},{"value":3}]""", "application/json")]
    [InlineData("""[{"value":1},{"value":2}]""", """[{"value":2}]""", "application/json")]
    [InlineData("a", "b", "text/plain")]
    [InlineData("1\n2\n3\n", "2\n3\n", Lines)]
    public async Task A_key_that_stands_for_another_request_is_refused(string first, string second, string mediaType)
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("t");
        using var response = await server.PostWithAsync("/topics/t/records", first, Key, mediaType);
        var records = (await response.JsonAsync()).GetProperty("records").GetInt32();

        using var reused = await server.PostWithAsync("/topics/t/records", second, Key, mediaType);

        var problem = await reused.ProblemAsync(HttpStatusCode.UnprocessableEntity, "IDEMPOTENCY_KEY_REUSED");
        Assert.StartsWith(
            "Another request was stored under the Idempotency-Key '8e03978e-40d5-43dd-bc93-6894a57f9324' in partition "
            + "0. A repetition",
            problem.GetProperty("detail").GetString(),
            StringComparison.Ordinal);
        Assert.Equal("none", problem.GetProperty("side_effects").GetString());
        Assert.Equal(records, (await server.ReadAsync("/topics/t/records")).Values().Count);
    }

    private static ByteArrayContent Binary(byte[] bytes)
    {
        var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = new("application/octet-stream");
        return content;
    }

    // Without the timestamps, which a repetition does not know, and what says that it is one.
    private static string PlacesOf(JsonElement answer) => answer.TryGetProperty("offsets", out var offsets)
        ? string.Join(' ', offsets.EnumerateArray().Select(
            static one => $"{one.GetProperty("partition")}:{one.GetProperty("offset")}"))
        : string.Join(' ', answer.GetProperty("partitions").EnumerateArray().Select(static one =>
            $"{one.GetProperty("partition")}:{one.GetProperty("first_offset")}-{one.GetProperty("last_offset")}"));
}
