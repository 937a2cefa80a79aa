using System.Net;

namespace Serverless.Functions.Tests.Native;

/// <summary>A refusal repeats the value that it refuses, and says what would be right.</summary>
public sealed class RefusalDetailTests
{
    [Theory]
    [InlineData("""{"name":"t1","partitons":2}""", "unknown member 'partitons'; known are name, partitions, configs.")]
    [InlineData("""{"name":"t1","partitions":"2"}""", "'partitions' is '\"2\"'; it is a whole number like 3.")]
    [InlineData("""{"name":"t1","partitions":1.5}""", "'partitions' is '1.5'; it is a whole number like 3.")]
    [InlineData("""{"name":5}""", "'name' is '5'; it is a text.")]
    [InlineData("""{"name":"t1","configs":[1]}""", "'configs' is '[1]'; it is an object from setting to value.")]
    [InlineData("""{"name":"t1","par""", "it ends too early, in the middle of a value.")]
    [InlineData("""{"name":"t1",}""", "The body is not well-formed JSON at line 1, byte 13 of the line: ")]
    [InlineData("""{"name":"t1"} {}""", "The body is not well-formed JSON at line 1, byte 14 of the line: ")]
    [InlineData("[]", "The body is an object with some of name, partitions, configs; it is '[]'.")]
    [InlineData("null", "The body is an object with some of name, partitions, configs; it is 'null'.")]
    [InlineData("", "The body is empty. Expected is a JSON object with some of name, partitions, configs.")]
    [InlineData(" \n", "The body is empty. Expected is a JSON object with some of name, partitions, configs.")]
    [InlineData("""{"name":"t1","configs":{"retention.ms":[7]}}""", "'retention.ms' is '[7]'; it is a text")]
    public async Task A_topic_that_does_not_fit_is_told_where_and_why(string body, string sentence)
    {
        await using var server = await ApiServer.StartAsync();

        using var response = await server.PostAsync("/topics", body);

        await AssertToldAsync(response, sentence);
    }

    [Fact]
    public async Task A_text_that_is_no_utf8_is_no_topic()
    {
        await using var server = await ApiServer.StartAsync();
        using var content = new ByteArrayContent([.. "{\"name\":\""u8, 0xC3, .. "\"}"u8]);

        using var response = await server.Client.PostAsync("/api/v1/topics", content, NativeClient.Token);

        await AssertToldAsync(response, "not valid UTF-8");
    }

    [Theory]
    [InlineData("records?from=bogus", "'from' is 'bogus'; it is earliest or latest. To start elsewhere: offset,")]
    [InlineData("records?limit=0", "'limit' is '0'; it is a number from 1 to ")]
    [InlineData("records?max_bytes=1k", "'max_bytes' is '1k'; it is a number from 1 to ")]
    [InlineData("records?offset=-1", "'offset' is '-1'; it is a number from 0 on;")]
    [InlineData("records?wait=10h", "'wait' is '10h'; it is a time like 500ms or 5s, up to ")]
    [InlineData("records?timestamp=monday", "'timestamp' is 'monday'; it is milliseconds since 1970 or ISO 8601")]
    [InlineData("records?cursor=x", "'cursor' is 'x'; it names each partition once")]
    [InlineData("records?format=xml", "'format' is 'xml'; it is json, ndjson or sse.")]
    [InlineData("records?follow=yes", "'follow' is 'yes'; it is false or true.")]
    [InlineData("records?value=xml", "'value' is 'xml'; it is auto, json, text or base64.")]
    [InlineData("offsets?timestamp=monday", "'timestamp' is 'monday'; it is milliseconds since 1970 or ISO 8601")]
    public async Task A_query_that_does_not_fit_is_repeated_and_told_what_would_be_right(string query, string sentence)
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("orders");

        using var response = await server.GetAsync("/topics/orders/partitions/0/" + query);

        await AssertToldAsync(response, sentence);
    }

    [Theory]
    [InlineData("""{"value":1,"partition":-1}""", "'partition' is '-1'; it is a number from 0 on.")]
    [InlineData("""{"value":1,"partition":"1"}""", "'partition' is '\"1\"'; it is a number from 0 on.")]
    [InlineData("""{"value":1,"timestamp":"soon"}""", "'timestamp' is '\"soon\"'; it is milliseconds since 1970")]
    [InlineData("""{"value":1,"headers":7}""", "'headers' is '7'; it is an array of")]
    [InlineData("""{"key_base64":"%%"}""", "'key_base64' is '\"%%\"'; it is a string of base64")]
    [InlineData("""{"value_base64":7}""", "'value_base64' is '7'; it is a string of base64")]
    [InlineData("""{"value":1,"headers":[{"name":"a","base64":"%"}]}""", "is '\"%\"'; it is a string of base64")]
    [InlineData("""[{"value":1},{}]""", "a record has 'value' or 'key'; a tombstone says \"value\":null.")]
    [InlineData("""{"headers":{"a":"b"}}""", "a record has 'value' or 'key'; a tombstone says \"value\":null.")]
    [InlineData("", "The body is empty. Expected is a record like {\"key\":…,\"value\":…}, or an array of records.")]
    [InlineData("  ", "The body is empty. Expected is a record")]
    [InlineData("""[{"value":1}""", "it ends too early, in the middle of a value.")]
    public async Task A_record_that_does_not_fit_is_repeated_and_told_what_would_be_right(string body, string sentence)
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("orders");

        using var response = await server.PostAsync("/topics/orders/records", body);

        await AssertToldAsync(response, sentence);
        Assert.Empty((await server.ReadAsync("/topics/orders/records")).Values());
    }

    [Fact]
    public async Task A_long_value_is_repeated_only_as_far_as_it_helps()
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("orders");

        using var response = await server.GetAsync("/topics/orders/records?from=" + new string('x', 1000));

        await AssertToldAsync(response, $"'from' is '{new string('x', 64)}…'; it is");
    }

    [Theory]
    [InlineData("""{"value":null}""")]
    [InlineData("""{"key":"k"}""")]
    [InlineData("""{"key":null}""")]
    public async Task A_tombstone_says_so(string body)
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("orders");

        using var response = await server.PostAsync("/topics/orders/records", body);

        Assert.Equal(["null"], (await server.ReadAsync("/topics/orders/records")).Values());
    }

    [Theory]
    [InlineData("{\"a\":", "it ends too early, in the middle of a value.")]
    [InlineData("{\"a\":[1,]}", "this is not well-formed JSON: ")]
    public async Task A_line_that_is_no_json_is_told_why_without_words_of_the_parser(string line, string sentence)
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("orders");

        using var values = await server.PostAsync("/topics/orders/records", line, "application/x-ndjson");
        using var envelopes = await server.PostAsync(
            "/topics/orders/records?envelope=true", "{\"value\":" + line, "application/x-ndjson");

        await AssertToldAsync(values, sentence);
        await AssertToldAsync(envelopes, "it ends too early", "not well-formed");
    }

    [Theory]
    [InlineData("application/vnd.kafka.json.v2+json")]
    [InlineData("application/vnd.kafka.binary.v2+json")]
    [InlineData("application/vnd.kafka.avro.v2+json; charset=utf-8")]
    [InlineData("application/vnd.kafka.v2+json")]
    public async Task A_body_of_the_v2_api_is_sent_to_the_v2_path(string mediaType)
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("orders");

        using var response = await server.PostAsync(
            "/topics/orders/records", """{"records":[{"value":1}]}""", mediaType);

        var problem = await response.ProblemAsync(HttpStatusCode.UnsupportedMediaType, "UNSUPPORTED_MEDIA_TYPE");
        var detail = problem.GetProperty("detail").GetString();
        Assert.Contains("/topics/orders ", detail, StringComparison.Ordinal);
        Assert.Contains("application/json", detail, StringComparison.Ordinal);
        Assert.Contains("application/x-ndjson", detail, StringComparison.Ordinal);
        Assert.Empty((await server.ReadAsync("/topics/orders/records")).Values());
    }

    [Theory]
    [InlineData("/topics/orders", "application/vnd.kafka.json.v2+json", " ")]
    [InlineData("/topics/orders", "application/vnd.kafka.json.v2+json", "{\"records\":[")]
    [InlineData("/consumers/g", "application/vnd.kafka.v2+json", " ")]
    [InlineData("/consumers/g", "application/vnd.kafka.v2+json", "{\"name\":[1,],")]
    public async Task A_malformed_body_of_v2_is_told_so_without_words_of_the_parser(
        string path, string mediaType, string body)
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("orders");

        using var response = await server.Client.PostAsync(
            path, NativeClient.Content(body, mediaType), NativeClient.Token);

        var text = await response.Content.ReadAsStringAsync(NativeClient.Token);
        Assert.True((int)response.StatusCode is >= 400 and < 500, text);
        AssertPlain(text);
    }

    private static async Task AssertToldAsync(HttpResponseMessage response, params string[] anyOf)
    {
        var problem = await response.ProblemAsync(HttpStatusCode.BadRequest, "INVALID_REQUEST");
        var detail = problem.GetProperty("detail").GetString()!;
        Assert.True(Array.Exists(anyOf, sentence => detail.Contains(sentence, StringComparison.Ordinal)), detail);
        AssertPlain(detail);
    }

    private static void AssertPlain(string text)
    {
        Assert.DoesNotContain("isFinalBlock", text, StringComparison.Ordinal);
        Assert.DoesNotContain("reader options", text, StringComparison.Ordinal);
        Assert.DoesNotContain("payload", text, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", text, StringComparison.Ordinal);
    }
}
