using System.Net;
using System.Text;
using Serverless.Functions.Tests.Native;
using Serverless.StorageEngine.Simulation;
using Serverless.StorageEngine.Storage;

namespace Serverless.Functions.Tests.Queues;

/// <summary>What does not fit is refused, with what came and what would be right.</summary>
public sealed class QueueInputTests
{
    [Theory]
    [InlineData("?limit=0", "'limit' is '0'; it is a number from 1 to 2000.")]
    [InlineData("?limit=2001", "'limit' is '2001'; it is a number from 1 to 2000.")]
    [InlineData("?limit=-1", "'limit' is '-1'")]
    [InlineData("?max_bytes=x", "'max_bytes' is 'x'; it is a number from 1 to 16777216.")]
    [InlineData("?wait=121s", "'wait' is '121s'; it is a time like 500ms or 5s, up to 120s.")]
    [InlineData("?wait=soon", "'wait' is 'soon'")]
    [InlineData("?receiver=a%20b", "'receiver' is 'a b'; it is 1 to 64 letters, digits and - . _ ~ : @.")]
    [InlineData("?value=xml", "'value' is 'xml'; it is auto, json, text or base64.")]
    [InlineData("?max=1", "The query parameter 'max' is not known here")]
    public async Task A_receive_that_asks_for_what_cannot_be_is_refused(string query, string sentence) =>
        await RefusedAsync(HttpMethod.Post, ":receive" + query, null, "INVALID_REQUEST", sentence);

    [Theory]
    [InlineData("""{"auto_offset_reset":"none"}""", "'auto_offset_reset' is 'none'; it is latest or earliest.")]
    [InlineData("""{"lock_duration_ms":999}""", "The lock duration is 999 ms; it is 1000 to 3600000 ms.")]
    [InlineData("""{"lock_duration_ms":-1}""", "The lock duration is -1 ms")]
    [InlineData("""{"delivery_limit":101}""", "The delivery limit is 101; it is 1 to 100.")]
    [InlineData("""{"in_flight_max":0}""", "The most records in flight are 0; they are 1 to 2000.")]
    [InlineData("""{"dead_letter_topic":"t"}""", "The dead-letter topic is 't' itself; it is another topic.")]
    [InlineData("""{"dead_letter_topic":"a b"}""", "'dead_letter_topic' is 'a b', which is no topic's name")]
    public async Task Settings_that_cannot_be_are_refused(string body, string sentence) =>
        await RefusedAsync(HttpMethod.Put, "", body, "INVALID_CONFIG", sentence);

    [Theory]
    [InlineData("""{"lock_duration_ms":"1"}""", "The member 'lock_duration_ms' is '\"1\"'; it is a whole number like 3.")]
    [InlineData("""{"lock_ms":1}""", "The body has the unknown member 'lock_ms'; known are auto_offset_reset")]
    [InlineData("[]", "The body is an object with some of auto_offset_reset")]
    [InlineData("{", "The body is not well-formed JSON")]
    public async Task A_body_that_is_no_settings_is_refused(string body, string sentence) =>
        await RefusedAsync(HttpMethod.Put, "", body, "INVALID_REQUEST", sentence);

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"lock_tokens":null}""")]
    [InlineData("""{"lock_tokens":[]}""")]
    [InlineData("""{"lock_tokens":[null]}""")]
    [InlineData("""{"lock_tokens":[1]}""")]
    [InlineData("""{"lock_tokens":"x"}""")]
    [InlineData("""{"tokens":["x"]}""")]
    public async Task Lock_tokens_come_in_an_array_of_texts(string body)
    {
        foreach (var word in new[] { "acknowledge", "release", "reject", "renew" })
        {
            await RefusedAsync(HttpMethod.Post, $":{word}", body, "INVALID_REQUEST", "lock_tokens");
        }
    }

    [Fact]
    public async Task More_tokens_than_one_request_takes_are_refused() => await RefusedAsync(
        HttpMethod.Post,
        ":acknowledge",
        $$"""{"lock_tokens":[{{string.Join(',', Enumerable.Repeat("\"x\"", 2_001))}}]}""",
        "INVALID_REQUEST",
        "holds 2001 tokens; at most 2000 go into one request.");

    [Theory]
    [InlineData("release?delay=3601s", "'delay' is '3601s'; it is a time like 500ms or 5s, up to 3600s.")]
    [InlineData("release?delay=-1", "'delay' is '-1'")]
    [InlineData("acknowledge?delay=1s", "The query parameter 'delay' is not known here; none is.")]
    public async Task A_delay_that_cannot_be_is_refused(string word, string sentence) =>
        await RefusedAsync(HttpMethod.Post, $":{word}", """{"lock_tokens":["x"]}""", "INVALID_REQUEST", sentence);

    [Theory]
    [InlineData("GET", "/topics/nope/queues")]
    [InlineData("GET", "/topics/nope/queues/work")]
    [InlineData("PUT", "/topics/nope/queues/work")]
    [InlineData("POST", "/topics/nope/queues/work:receive")]
    public async Task A_topic_that_is_not_there_has_no_queues(string method, string path)
    {
        await using var server = await ApiServer.StartAsync();

        using var response = await server.SendAsync(new HttpMethod(method), path, content: null);

        await response.ProblemAsync(HttpStatusCode.NotFound, "UNKNOWN_TOPIC_OR_PARTITION");
    }

    [Fact]
    public async Task A_queue_that_is_not_there_is_said_to_be_missing()
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("t");

        using var deleted = await server.SendAsync(HttpMethod.Delete, "/topics/t/queues/work", content: null);
        using var said = await server.PostAsync("/topics/t/queues/work:acknowledge", """{"lock_tokens":["x"]}""");

        var problem = await deleted.ProblemAsync(HttpStatusCode.NotFound, "GROUP_ID_NOT_FOUND");
        Assert.Equal(
            "Topic 't' has no queue 'work'; a PUT or its first :receive creates it.",
            problem.GetProperty("detail").GetString());
        await said.ProblemAsync(HttpStatusCode.NotFound, "GROUP_ID_NOT_FOUND");
    }

    [Fact]
    public async Task A_name_that_no_queue_can_have_is_refused()
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("t");

        using var response = await server.PutQueueAsync("{}", $"/topics/t/queues/{new string('x', 256)}");

        await response.ProblemAsync(HttpStatusCode.BadRequest, "INVALID_GROUP_ID");
    }

    [Fact]
    public async Task A_body_of_another_media_type_is_refused()
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("t");

        using var response = await server.PostAsync("/topics/t/queues/work:acknowledge", "lock_tokens=x", "text/plain");

        await response.ProblemAsync(HttpStatusCode.UnsupportedMediaType, "UNSUPPORTED_MEDIA_TYPE");
    }

    [Fact]
    public async Task Storage_that_is_not_available_is_503_and_nothing_is_acquired()
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("t");
        await server.CreateQueueAsync();
        await server.AppendAsync(1);
        server.Tables.Interception.Before = static call => call.Operation == StorageOperation.ExecuteTransaction
            ? throw new StorageUnavailableException("No.")
            : ValueTask.CompletedTask;

        using var response = await server.SendAsync(HttpMethod.Post, "/topics/t/queues/work:receive", content: null);

        await response.ProblemAsync(HttpStatusCode.ServiceUnavailable, "STORAGE_UNAVAILABLE");
        server.Tables.Interception.Before = null;
        Assert.Single(await server.ReceiveAsync());
    }

    private static async Task RefusedAsync(HttpMethod method, string path, string? body, string code, string sentence)
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("t");
        await server.CreateQueueAsync();

        using var content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await server.SendAsync(method, "/topics/t/queues/work" + path, content);

        var problem = await response.ProblemAsync(HttpStatusCode.BadRequest, code);
        Assert.Contains(sentence, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }
}
