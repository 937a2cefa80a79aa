using System.Net;
using System.Text.Json;
using Serverless.Functions.Tests.Native;
using Serverless.StorageEngine.Simulation;
using Serverless.StorageEngine.Storage;

namespace Serverless.Functions.Tests.EventGrid;

/// <summary>Requests as Azure's own client sends them.</summary>
public sealed class EventGridTests
{
    private const string Version = "api-version=2024-06-01";
    private const string Structured = "application/cloudevents+json; charset=utf-8";
    private const string Batch = "application/cloudevents-batch+json; charset=utf-8";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_published_is_received_acknowledged_and_gone()
    {
        await using var server = await StartAsync();
        const string Event = """
            {"specversion":"1.0","id":"1","source":"/s","type":"t","time":"2026-01-01T00:00:00.000Z","datacontenttype":"application/cloudevents+json; charset=utf-8","data":{"a":[1]}}
            """;
        using var published = await PostAsync(server, "/topics/t:publish", Event, Structured);

        var received = await ReceiveAsync(server);
        var answer = await SettleAsync(server, ":acknowledge", received);
        var again = await SettleAsync(server, ":acknowledge", received);

        Assert.Equal("{}", (await published.JsonAsync()).GetRawText());
        var one = Assert.Single(received);
        Assert.Equal(1, one.GetProperty("brokerProperties").GetProperty("deliveryCount").GetInt32());
        Assert.Equal(Event, one.GetProperty("event").GetRawText());
        Assert.Equal([TokenOf(one)], Texts(answer.GetProperty("succeededLockTokens")));
        Assert.Equal(0, answer.GetProperty("failedLockTokens").GetArrayLength());
        var failed = Assert.Single(again.GetProperty("failedLockTokens").EnumerateArray());
        Assert.Equal(TokenOf(one), failed.GetProperty("lockToken").GetString());
        Assert.Equal("INVALID_RECORD_STATE", failed.GetProperty("error").GetProperty("code").GetString());
        Assert.Contains("has ended", failed.GetProperty("error").GetProperty("message").GetString());
    }

    [Fact]
    public async Task A_batch_is_received_by_several_in_parts_and_binary_data_comes_back_as_it_was()
    {
        await using var server = await StartAsync();
        using var published = await PostAsync(
            server,
            "/topics/t:publish",
            """
            [{"specversion":"1.0","id":"1","source":"/s","type":"t","datacontenttype":"image/png","data_base64":"/wA="},
             {"specversion":"1.0","id":"2","source":"/s","type":"t"},
             {"specversion":"1.0","id":"3","source":"/s","type":"t","data":"x"}]
            """,
            Batch);
        await published.JsonAsync();

        var first = await ReceiveAsync(server, "maxEvents=2&maxWaitTime=10");
        var second = await ReceiveAsync(server, "maxEvents=100&maxWaitTime=10");

        Assert.Equal(["1", "2"], first.Select(Id));
        Assert.Equal(["3"], second.Select(Id));
        Assert.Equal("/wA=", first[0].GetProperty("event").GetProperty("data_base64").GetString());
    }

    [Fact]
    public async Task Events_are_released_renewed_and_rejected()
    {
        await using var server = await StartAsync(""","dead_letter_topic":"t.dlq" """);
        await PublishAsync(server, "1", "2");
        var received = await ReceiveAsync(server, "maxEvents=10");

        var renewed = await SettleAsync(server, ":renewLock", received);
        var released = await SettleAsync(server, ":release", received[..1]);
        var delayed = await SettleAsync(server, ":release", await ReceiveAsync(server), "&releaseDelayInSeconds=10");
        var rejected = await SettleAsync(server, ":reject", received[1..]);

        Assert.All([renewed, released, delayed, rejected], static answer =>
            Assert.Equal(0, answer.GetProperty("failedLockTokens").GetArrayLength()));
        var letters = await server.ReadAsync("/topics/t.dlq/events");
        Assert.Equal("2", Assert.Single(letters.EnumerateArray()).GetProperty("id").GetString());
    }

    [Fact]
    public async Task A_subscription_is_a_queue_of_the_native_api()
    {
        await using var server = await StartAsync();
        await PublishAsync(server, "1");
        var received = await ReceiveAsync(server);

        using var native = await server.PostAsync(
            "/topics/t/queues/s:acknowledge", JsonSerializer.Serialize(new { lock_tokens = received.Select(TokenOf) }));

        Assert.Equal(1, (await native.JsonAsync()).GetProperty("succeeded").GetArrayLength());
    }

    [Fact]
    public async Task A_record_that_is_no_event_is_wrapped_into_one()
    {
        await using var server = await StartAsync();
        using var posted = await server.PostAsync(
            "/topics/t/records", """[{"key":"k","value":{"a":1},"timestamp":5},{"value_base64":"/w=="},{"key":"k","value":null}]""");
        await posted.JsonAsync();

        var received = await ReceiveAsync(server, "maxEvents=10");

        Assert.Equal(
            """{"specversion":"1.0","id":"0-0","source":"/topics/t","type":"serverless.record","time":"1970-01-01T00:00:00.005Z","partitionkey":"k","datacontenttype":"application/json","data":{"a":1}}""",
            received[0].GetProperty("event").GetRawText());
        Assert.Equal("/w==", received[1].GetProperty("event").GetProperty("data_base64").GetString());
        Assert.False(received[2].GetProperty("event").TryGetProperty("data", out _));
    }

    [Fact]
    public async Task The_path_of_the_same_topic_in_Confluents_api_is_served_as_before()
    {
        await using var server = await StartAsync();

        using var v2 = await PostAsync(
            server, "/topics/t", """{"records":[{"value":"eA=="}]}""", "application/vnd.kafka.binary.v2+json");

        Assert.Equal(0, (await v2.JsonAsync()).GetProperty("offsets")[0].GetProperty("offset").GetInt64());
    }

    [Theory]
    [InlineData("/topics/nope:publish", HttpStatusCode.NotFound, "NotFound", "UNKNOWN_TOPIC_OR_PARTITION")]
    [InlineData("/topics/t:publish?api-version=2018-01-01", HttpStatusCode.BadRequest, "BadRequest", "INVALID_REQUEST")]
    [InlineData("/topics/nope/eventsubscriptions/s:receive", HttpStatusCode.NotFound, "NotFound", "UNKNOWN_TOPIC_OR_PARTITION")]
    [InlineData("/topics/t/eventsubscriptions/new:acknowledge", HttpStatusCode.NotFound, "NotFound", "GROUP_ID_NOT_FOUND")]
    [InlineData("/topics/t/eventsubscriptions/s:receive?maxEvents=0", HttpStatusCode.BadRequest, "BadRequest", "INVALID_REQUEST")]
    [InlineData("/topics/t/eventsubscriptions/s:receive?maxEvents=101", HttpStatusCode.BadRequest, "BadRequest", "INVALID_REQUEST")]
    [InlineData("/topics/t/eventsubscriptions/s:receive?maxWaitTime=9", HttpStatusCode.BadRequest, "BadRequest", "INVALID_REQUEST")]
    [InlineData("/topics/t/eventsubscriptions/s:receive?maxWaitTime=121", HttpStatusCode.BadRequest, "BadRequest", "INVALID_REQUEST")]
    [InlineData("/topics/t/eventsubscriptions/s:release?releaseDelayInSeconds=5", HttpStatusCode.BadRequest, "BadRequest", "INVALID_REQUEST")]
    [InlineData("/topics/t/eventsubscriptions/s:other", HttpStatusCode.NotFound, "NotFound", "NOT_FOUND")]
    public async Task Errors_have_the_shape_of_Azures_services(
        string path, HttpStatusCode status, string code, string inner)
    {
        await using var server = await StartAsync();

        using var response = await PostAsync(server, path, """{"lockTokens":["x"]}""", "application/json");

        var error = (await ErrorAsync(response, status)).GetProperty("error");
        Assert.Equal(code, error.GetProperty("code").GetString());
        Assert.Equal(code, Assert.Single(response.Headers.GetValues("x-ms-error-code")));
        Assert.Equal(inner, error.GetProperty("innererror").GetProperty("code").GetString());
        Assert.NotEqual("", error.GetProperty("message").GetString());
    }

    [Theory]
    [InlineData(Structured, """{"specversion":"1.0","id":"1","source":"/s"}""", "the attribute 'type' is missing")]
    [InlineData(Structured, "[]", "The body is an array")]
    [InlineData(Batch, """[{"specversion":"1.0","id":"1","source":"/s","type":"t"},{}]""", "Event 1, at byte")]
    [InlineData(Structured, "{", "not well-formed JSON")]
    public async Task Events_that_are_none_are_refused_and_none_of_their_batch_is_published(
        string mediaType, string body, string sentence)
    {
        await using var server = await StartAsync();

        using var response = await PostAsync(server, "/topics/t:publish", body, mediaType);

        var error = (await ErrorAsync(response, HttpStatusCode.BadRequest)).GetProperty("error");
        Assert.Contains(sentence, error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Empty((await server.ReadAsync("/topics/t/records")).Values());
    }

    [Fact]
    public async Task A_batch_of_which_a_partition_fails_says_that_a_part_is_stored()
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("t", partitions: 2);
        string? first = null;
        server.Segments.Interception.Before = call =>
            call.Operation == StorageOperation.Append
                && (Interlocked.CompareExchange(ref first, call.Target, null) ?? call.Target) != call.Target
                ? throw new StorageUnavailableException("The store is away.")
                : ValueTask.CompletedTask;
        var events = Enumerable.Range(0, 20).Select(static id =>
            $$"""{"specversion":"1.0","id":"{{id}}","source":"/s","type":"t","partitionkey":"{{id}}"}""");

        using var response = await PostAsync(server, "/topics/t:publish", $"[{string.Join(',', events)}]", Batch);

        server.Segments.Interception.Before = null;
        var error = (await ErrorAsync(response, HttpStatusCode.ServiceUnavailable)).GetProperty("error");
        var inner = error.GetProperty("innererror");
        var stored = (await server.ReadAsync("/topics/t/records")).Values().Count;
        Assert.Equal("STORAGE_UNAVAILABLE", inner.GetProperty("code").GetString());
        Assert.Equal("applied", inner.GetProperty("side_effects").GetString());
        Assert.InRange(stored, 1, 19);
        Assert.Contains($" {stored} of the 20 events are stored", error.GetProperty("message").GetString());
    }

    [Fact]
    public async Task A_body_of_another_media_type_is_415()
    {
        await using var server = await StartAsync();

        using var response = await PostAsync(server, "/topics/t:publish", "{}", "application/json");

        await ErrorAsync(response, HttpStatusCode.UnsupportedMediaType);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"lockTokens":[]}""")]
    [InlineData("""{"lockTokens":[1]}""")]
    [InlineData("""{"lock_tokens":["x"]}""")]
    public async Task Lock_tokens_come_in_an_array_of_texts(string body)
    {
        await using var server = await StartAsync();
        foreach (var word in new[] { ":acknowledge", ":release", ":reject", ":renewLock" })
        {
            using var response = await PostAsync(
                server, "/topics/t/eventsubscriptions/s" + word, body, "application/json");

            var error = (await ErrorAsync(response, HttpStatusCode.BadRequest)).GetProperty("error");
            Assert.Contains("lockTokens", error.GetProperty("message").GetString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_token_that_comes_twice_in_a_request_has_one_outcome()
    {
        await using var server = await StartAsync();
        await PublishAsync(server, "1");
        var received = await ReceiveAsync(server);

        var answer = await SettleAsync(server, ":acknowledge", [.. received, .. received]);

        Assert.Equal([TokenOf(received[0])], Texts(answer.GetProperty("succeededLockTokens")));
        Assert.Equal(0, answer.GetProperty("failedLockTokens").GetArrayLength());
    }

    [Fact]
    public async Task A_token_that_is_none_fails_alone()
    {
        await using var server = await StartAsync();
        await PublishAsync(server, "1");
        var token = TokenOf(Assert.Single(await ReceiveAsync(server)));

        using var response = await PostAsync(
            server,
            "/topics/t/eventsubscriptions/s:acknowledge?" + Version,
            JsonSerializer.Serialize(new { lockTokens = new[] { "abc", token } }),
            "application/json");

        var answer = await response.JsonAsync();
        Assert.Equal([token], Texts(answer.GetProperty("succeededLockTokens")));
        var failed = Assert.Single(answer.GetProperty("failedLockTokens").EnumerateArray());
        Assert.Equal("INVALID_LOCK_TOKEN", failed.GetProperty("error").GetProperty("code").GetString());
    }

    // The subscription s gets what is published from now on.
    private static async Task<ApiServer> StartAsync(string more = "")
    {
        var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("t");
        using var put = await server.SendAsync(
            HttpMethod.Put,
            "/topics/t/queues/s",
            NativeClient.Content($$"""{"auto_offset_reset":"latest"{{more}}}""", "application/json"));
        await put.JsonAsync();
        return server;
    }

    private static Task<HttpResponseMessage> PostAsync(ApiServer server, string path, string body, string mediaType) =>
        server.Client.PostAsync(path, NativeClient.Content(body, mediaType), Token);

    private static async Task PublishAsync(ApiServer server, params string[] ids)
    {
        var events = ids.Select(static id => $$"""{"specversion":"1.0","id":"{{id}}","source":"/s","type":"t"}""");
        using var response = await PostAsync(
            server, "/topics/t:publish?" + Version, $"[{string.Join(',', events)}]", Batch);
        await response.JsonAsync();
    }

    private static async Task<JsonElement[]> ReceiveAsync(ApiServer server, string query = "maxEvents=1")
    {
        using var response = await server.Client.PostAsync(
            $"/topics/t/eventsubscriptions/s:receive?{query}&{Version}", content: null, Token);
        return [.. (await response.JsonAsync()).GetProperty("value").EnumerateArray()];
    }

    private static async Task<JsonElement> SettleAsync(
        ApiServer server, string word, JsonElement[] received, string query = "")
    {
        using var response = await PostAsync(
            server,
            $"/topics/t/eventsubscriptions/s{word}?{Version}{query}",
            JsonSerializer.Serialize(new { lockTokens = received.Select(TokenOf) }),
            "application/json");
        return await response.JsonAsync();
    }

    private static async Task<JsonElement> ErrorAsync(HttpResponseMessage response, HttpStatusCode status)
    {
        var text = await response.Content.ReadAsStringAsync(Token);
        Assert.True(status == response.StatusCode, text);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        return JsonSerializer.Deserialize<JsonElement>(text);
    }

    private static string TokenOf(JsonElement received) =>
        received.GetProperty("brokerProperties").GetProperty("lockToken").GetString()!;

    private static string? Id(JsonElement received) => received.GetProperty("event").GetProperty("id").GetString();

    private static string[] Texts(JsonElement array) => [.. array.EnumerateArray().Select(static one => one.GetString()!)];
}
