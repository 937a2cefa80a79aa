using System.Net;
using System.Text.Json;
using Serverless.Functions.Api;
using Serverless.Functions.Tests.Native;

namespace Serverless.Functions.Tests.CloudEvents;

public sealed class PostEventsTests
{
    private const string Structured = "application/cloudevents+json";
    private const string Batch = "application/cloudevents-batch+json";
    private const string Least = "\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/s\",\"type\":\"t\"";
    private const string LeastHeaders = "ce-specversion: 1.0|ce-id: 1|ce-source: /s|ce-type: t";

    [Fact]
    public async Task A_structured_event_is_stored_in_binary_mode()
    {
        await using var server = await StartAsync();

        using var posted = await server.PostAsync(
            "/topics/t/events", $"{{{Least},\"partitionkey\":\"k\",\"data\":{{\"a\":1}}}}", Structured);

        var answer = await posted.JsonAsync();
        Assert.Equal(0, answer.GetProperty("offsets")[0].GetProperty("offset").GetInt64());
        var record = await RecordAsync(server);
        Assert.Equal("k", record.GetProperty("key").GetString());
        Assert.Equal("{\"a\":1}", record.GetProperty("value").GetRawText());
        Assert.Equal(
            "ce_specversion=1.0 ce_id=1 ce_source=/s ce_type=t ce_partitionkey=k content-type=application/json",
            HeadersOf(record));
    }

    [Fact]
    public async Task An_event_is_stored_in_structured_mode_when_the_client_wants_that()
    {
        await using var server = await StartAsync();

        using var posted = await server.PostWithAsync(
            "/topics/t/events?mode=structured", "hi", LeastHeaders + "|ce-count: 5", "text/plain");

        await posted.JsonAsync();
        var record = await RecordAsync(server);
        Assert.Equal("content-type=application/cloudevents+json; charset=UTF-8", HeadersOf(record));
        Assert.Equal("hi", record.GetProperty("value").GetProperty("data").GetString());
    }

    [Fact]
    public async Task A_binary_event_keeps_its_body_and_its_media_type()
    {
        await using var server = await StartAsync();

        using var posted = await server.PostWithAsync(
            "/topics/t/events", "{ }", LeastHeaders + "|Ce-Subject: K%C3%A4se%20%25|traceparent: x",
            "application/x; a=b");

        await posted.JsonAsync();
        var record = await RecordAsync(server);
        Assert.Equal("{ }", record.GetProperty("value").GetRawText());
        Assert.Contains("ce_subject=Käse %", HeadersOf(record), StringComparison.Ordinal);
        Assert.Contains("content-type=application/x; a=b", HeadersOf(record), StringComparison.Ordinal);
        Assert.DoesNotContain("traceparent", HeadersOf(record), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_binary_event_without_a_body_has_no_data()
    {
        await using var server = await StartAsync();

        using var posted = await server.SendAsync(HttpMethod.Post, "/topics/t/events", null, LeastHeaders);

        await posted.JsonAsync();
        Assert.Equal(JsonValueKind.Null, (await RecordAsync(server)).GetProperty("value").ValueKind);
    }

    [Fact]
    public async Task The_client_may_give_the_key_itself_or_name_the_attribute_that_is_it()
    {
        await using var server = await StartAsync();

        foreach (var (query, header) in ((string, string)[])[("?key=subject", ""), ("", "Record-Key: mine")])
        {
            using var posted = await server.PostWithAsync(
                $"/topics/t/events{query}",
                $"{{{Least},\"subject\":\"s\",\"partitionkey\":\"k\"}}",
                header,
                Structured);
            await posted.JsonAsync();
        }

        var records = (await server.ReadAsync("/topics/t/records")).GetProperty("records");
        Assert.Equal("s", records[0].GetProperty("key").GetString());
        Assert.Equal("mine", records[1].GetProperty("key").GetString());
    }

    [Fact]
    public async Task An_event_without_the_attribute_that_is_to_be_the_key_has_no_key()
    {
        await using var server = await StartAsync();

        using var posted = await server.PostAsync(
            "/topics/t/events?key=subject", $"{{{Least},\"partitionkey\":\"k\"}}", Structured);

        await posted.JsonAsync();
        Assert.Equal(JsonValueKind.Null, (await RecordAsync(server)).GetProperty("key").ValueKind);
    }

    [Fact]
    public async Task A_path_that_names_a_partition_decides_against_the_key()
    {
        await using var server = await StartAsync(partitions: 8);

        for (var i = 0; i < 8; i++)
        {
            using var posted = await server.PostAsync(
                $"/topics/t/partitions/{i}/events", $"{{{Least},\"partitionkey\":\"k\"}}", Structured);
            var answer = await posted.JsonAsync();
            Assert.Equal(i, answer.GetProperty("offsets")[0].GetProperty("partition").GetInt32());
        }
    }

    [Fact]
    public async Task A_batch_with_a_broken_event_stores_nothing_and_names_the_place()
    {
        await using var server = await StartAsync();

        using var posted = await server.PostAsync("/topics/t/events", $"[{{{Least}}},{{{Least},\"id\":\"2\"}}]", Batch);

        var problem = await posted.ProblemAsync(HttpStatusCode.BadRequest, "INVALID_REQUEST");
        Assert.Equal("Event 1, at byte 57: the attribute 'id' is there twice.", DetailOf(problem));
        Assert.Empty((await server.ReadAsync("/topics/t/records")).Values());
    }

    [Fact]
    public async Task A_batch_may_be_empty()
    {
        await using var server = await StartAsync();

        using var posted = await server.PostAsync("/topics/t/events", " [ ] ", Batch);

        Assert.Equal(0, (await posted.JsonAsync()).GetProperty("records").GetInt32());
    }

    [Fact]
    public async Task The_same_request_again_gives_the_first_answer()
    {
        await using var server = await StartAsync(partitions: 4);

        using var first = await server.PostWithAsync(
            "/topics/t/events", $"[{{{Least}}}]", "Idempotency-Key: a", Batch);
        using var second = await server.PostWithAsync(
            "/topics/t/events", $"[{{{Least}}}]", "Idempotency-Key: a", Batch);

        await first.JsonAsync();
        Assert.True((await second.JsonAsync()).GetProperty("duplicate").GetBoolean());
    }

    [Fact]
    public async Task Another_event_with_the_same_data_under_a_known_key_is_refused()
    {
        await using var server = await StartAsync();

        using var first = await server.PostWithAsync(
            "/topics/t/events", "x", LeastHeaders + "|Idempotency-Key: a", "text/plain");
        using var second = await server.PostWithAsync(
            "/topics/t/events",
            "x",
            LeastHeaders.Replace("ce-id: 1", "ce-id: 2", StringComparison.Ordinal) + "|Idempotency-Key: a",
            "text/plain");

        await first.JsonAsync();
        await second.ProblemAsync(HttpStatusCode.UnprocessableEntity, "IDEMPOTENCY_KEY_REUSED");
    }

    [Theory]
    [InlineData("{}", Structured, "", "The event: the attribute 'specversion' is missing; an event has specversion, "
        + "id, source and type.")]
    [InlineData("", Structured, "", "The body is empty. Expected is an event.")]
    [InlineData("", Batch, "", "The body is empty. Expected is an array of events.")]
    [InlineData("[]", Structured, "", "The body is an array; one event is application/cloudevents+json, an array of "
        + "events is application/cloudevents-batch+json.")]
    [InlineData("{}", Batch, "", "The body is no array; an array of events is application/cloudevents-batch+json, one "
        + "event is application/cloudevents+json.")]
    [InlineData("{" + Least + "}{}", Structured, "", "The body is not well-formed JSON at line 1, byte 55 of the line: "
        + "'{' is invalid after a single JSON value. Expected end of data.")]
    [InlineData("x", "text/plain", "ce-specversion: 1.0|ce-id: 1|ce-source: /s", "The event: the attribute 'type' is "
        + "missing; an event has specversion, id, source and type.")]
    [InlineData("x", "text/plain", LeastHeaders + "|ce-my_ext: 1", "The event: the attribute 'my_ext' has a name of "
        + "other characters than a to z and 0 to 9.")]
    [InlineData("x", "text/plain", LeastHeaders + "|ce-subject: %zz", "The event: the header 'ce-subject' is '%zz'; it "
        + "is text in UTF-8, percent-encoded where it is not visible ASCII.")]
    [InlineData("x", "text/plain", LeastHeaders + "|ce-datacontenttype: text/plain", "The event: the header "
        + "'ce-datacontenttype' is not sent; the media type of the data is the header Content-Type.")]
    [InlineData("x", "nonsense", LeastHeaders, "The event: the attribute 'datacontenttype' is 'nonsense'; it is a "
        + "media type (RFC 2046), like application/json.")]
    public async Task A_broken_request_is_told_what_is_wrong_with_it(
        string body, string mediaType, string headers, string expected)
    {
        await using var server = await StartAsync();

        using var posted = await server.PostWithAsync("/topics/t/events", body, headers, mediaType);

        var problem = await posted.ProblemAsync(HttpStatusCode.BadRequest, "INVALID_REQUEST");
        Assert.Equal(expected, DetailOf(problem), ignoreCase: true);
    }

    [Theory]
    [InlineData("?mode=batch", "", "'mode' is 'batch'; it says how events are stored: binary or structured.")]
    [InlineData("?key=Subject", "", "'key' is 'Subject'; it is the name of an attribute, like subject.")]
    [InlineData("?key=id", "Record-Key: k", "A key of the request and 'key', the name of an attribute, exclude each "
        + "other.")]
    [InlineData("?partition=1", "", "The query parameter 'partition' is not known here; known are key, mode.")]
    [InlineData("", "If-Match: 1", "If-Match holds for one partition, and the path names none: send the events to "
        + "/api/v1/topics/t/partitions/{partition}/events.")]
    public async Task What_is_asked_for_beside_the_event_is_checked(string query, string headers, string expected)
    {
        await using var server = await StartAsync();

        using var posted = await server.PostWithAsync("/topics/t/events" + query, $"{{{Least}}}", headers, Structured);

        var problem = await posted.ProblemAsync(HttpStatusCode.BadRequest, "INVALID_REQUEST");
        Assert.Equal(expected, DetailOf(problem));
    }

    [Theory]
    [InlineData("application/json", "")]
    [InlineData("application/cloudevents+avro", LeastHeaders)]
    [InlineData("application/cloudevents", LeastHeaders)]
    public async Task A_body_that_is_no_event_is_refused_by_its_media_type(string mediaType, string headers)
    {
        await using var server = await StartAsync();

        using var posted = await server.PostWithAsync("/topics/t/events", "{}", headers, mediaType);

        await posted.ProblemAsync(HttpStatusCode.UnsupportedMediaType, "UNSUPPORTED_MEDIA_TYPE");
    }

    [Theory]
    [InlineData(Structured)]
    [InlineData("text/plain")]
    public async Task An_event_larger_than_the_topic_allows_is_refused(string mediaType)
    {
        await using var server = await StartAsync(configs: KeyValuePair.Create("max.message.bytes", (string?)"1000"));
        var data = new string('x', 1000);

        using var posted = mediaType == Structured
            ? await server.PostAsync("/topics/t/events", $"{{{Least},\"data\":\"{data}\"}}", Structured)
            : await server.PostWithAsync("/topics/t/events", data, LeastHeaders, mediaType);

        await posted.ProblemAsync(HttpStatusCode.RequestEntityTooLarge, "MESSAGE_TOO_LARGE");
    }

    [Fact]
    public async Task A_batch_larger_than_a_request_may_be_is_refused()
    {
        await using var server = await StartAsync(new() { RequestBytesMax = 1024 });

        using var posted = await server.PostAsync(
            "/topics/t/events", $"[{string.Join(',', Enumerable.Repeat($"{{{Least}}}", 100))}]", Batch);

        await posted.ProblemAsync(HttpStatusCode.RequestEntityTooLarge, "REQUEST_TOO_LARGE");
    }

    private static async Task<ApiServer> StartAsync(
        ApiSettings? settings = null, int partitions = 1, params KeyValuePair<string, string?>[] configs)
    {
        var server = await ApiServer.StartAsync(settings);
        await server.CreateTopicAsync("t", partitions, configs);
        return server;
    }

    private static async Task<JsonElement> RecordAsync(ApiServer server) =>
        (await server.ReadAsync("/topics/t/records")).GetProperty("records")[0];

    private static string HeadersOf(JsonElement record) => string.Join(
        ' ',
        record.GetProperty("headers").EnumerateArray()
            .Select(static header => $"{header.GetProperty("name")}={header.GetProperty("value")}"));

    private static string? DetailOf(JsonElement problem) => problem.GetProperty("detail").GetString();
}
