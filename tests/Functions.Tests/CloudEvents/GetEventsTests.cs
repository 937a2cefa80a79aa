using System.Net;
using Serverless.Functions.Api;
using Serverless.Functions.Tests.Native;

namespace Serverless.Functions.Tests.CloudEvents;

public sealed class GetEventsTests
{
    private const string Batch = "application/cloudevents-batch+json";

    [Fact]
    public async Task Pages_of_events_join_without_gap_or_overlap()
    {
        await using var server = await StartWithAsync(Events(0, 10));
        var ids = new List<string?>();
        var cursor = "0:0";

        for (var more = true; more;)
        {
            using var response = await server.GetAsync($"/topics/t/events?cursor={cursor}&limit=3");
            var page = await IdsAsync(response);
            more = page.Count > 0;
            ids.AddRange(page);
            cursor = response.Headers.GetValues("Next-Cursor").Single();
        }

        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"{i}"), ids);
    }

    [Fact]
    public async Task Records_that_are_no_events_are_passed_over_and_counted()
    {
        await using var server = await StartWithAsync(Events(0, 1));
        using var posted = await server.PostAsync(
            "/topics/t/records",
            """[{"value":1},{"key":"k","value":null},{"value":2,"headers":{"ce_id":"no event without the rest"}}]""");
        await PostAsync(server, Events(1, 1));

        using var response = await server.GetAsync("/topics/t/partitions/0/events");

        Assert.Equal(["0", "1"], await IdsAsync(response));
        Assert.Equal("3", response.Headers.GetValues("Skipped-Records").Single());
        Assert.Equal("5", response.Headers.GetValues("Next-Offset").Single());
        Assert.Equal("5", response.Headers.GetValues("High-Watermark").Single());
    }

    [Theory]
    [InlineData("structured")]
    [InlineData("binary")]
    public async Task The_next_event_comes_with_its_place_however_many_records_lie_before_it(string format)
    {
        await using var server = await StartWithAsync("[]");
        using var posted = await server.PostAsync("/topics/t/records", """[{"value":1},{"value":2}]""");
        await PostAsync(server, Events(7, 2));

        using var response = await server.GetAsync($"/topics/t/partitions/0/events?format={format}");

        Assert.Equal("2", response.Headers.GetValues("Record-Offset").Single());
        Assert.Equal("0", response.Headers.GetValues("Record-Partition").Single());
        Assert.Equal("3", response.Headers.GetValues("Next-Offset").Single());
        Assert.Equal("2", response.Headers.GetValues("Skipped-Records").Single());
    }

    [Fact]
    public async Task In_binary_mode_attributes_are_headers_and_data_is_the_body()
    {
        await using var server = await StartWithAsync(
            """
            [{"specversion":"1.0","id":"é","source":"/s","type":"t","datacontenttype":"text/plain","data":"hällo"}]
            """);

        using var response = await server.GetAsync("/topics/t/events?format=binary");

        Assert.Equal("%C3%A9", response.Headers.GetValues("ce-id").Single());
        Assert.Equal("1.0", response.Headers.GetValues("ce-specversion").Single());
        Assert.Equal("text/plain", response.Content.Headers.ContentType?.ToString());
        Assert.False(response.Headers.Contains("ce-datacontenttype"));
        Assert.Equal("hällo", await response.Content.ReadAsStringAsync(NativeClient.Token));
    }

    [Theory]
    [InlineData("\"datacontenttype\":\"application/cloudevents+json\"")]
    [InlineData("\"x\":\"LONG\"")]
    public async Task An_event_that_headers_cannot_carry_is_given_structured(string attribute)
    {
        attribute = attribute.Replace("LONG", new string('x', 7000), StringComparison.Ordinal);
        await using var server = await StartWithAsync(
            $$"""[{"specversion":"1.0","id":"1","source":"/s","type":"t",{{attribute}}}]""");

        using var response = await server.GetAsync("/topics/t/events?format=binary");

        Assert.Equal("application/cloudevents+json", response.Content.Headers.ContentType?.ToString());
        Assert.Equal("1", (await response.JsonAsync()).GetProperty("id").GetString());
        Assert.False(response.Headers.Contains("ce-id"));
    }

    [Fact]
    public async Task Without_an_event_a_read_of_one_has_no_content_but_leads_on()
    {
        await using var server = await StartWithAsync("[]");
        using var posted = await server.PostAsync("/topics/t/records", """{"value":1}""");

        using var response = await server.GetAsync("/topics/t/events?format=structured");

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.Equal("0:1", response.Headers.GetValues("Next-Cursor").Single());
    }

    [Fact]
    public async Task Without_an_event_a_page_is_empty()
    {
        await using var server = await StartWithAsync("[]");

        using var response = await server.GetAsync("/topics/t/events");

        Assert.Equal(Batch, response.Content.Headers.ContentType?.ToString());
        Assert.Empty(await IdsAsync(response));
    }

    [Fact]
    public async Task Very_many_records_that_are_no_events_end_a_read_that_leads_on()
    {
        await using var server = await StartWithAsync("[]");
        using var posted = await server.PostAsync(
            "/topics/t/records", $"[{string.Join(',', Enumerable.Repeat("{\"value\":1}", 1_500))}]");
        await PostAsync(server, Events(0, 1));

        using var response = await server.GetAsync("/topics/t/partitions/0/events?limit=1000");

        Assert.Empty(await IdsAsync(response));
        Assert.Equal("1000", response.Headers.GetValues("Next-Offset").Single());
        using var rest = await server.GetAsync("/topics/t/partitions/0/events?limit=1000&offset=1000");
        Assert.Equal(["0"], await IdsAsync(rest));
    }

    [Fact]
    public async Task A_read_waits_for_an_event_past_records_that_are_none()
    {
        await using var server = await StartWithAsync("[]");
        using var before = await server.PostAsync("/topics/t/records", """{"value":1}""");

        var waiting = server.GetAsync("/topics/t/events?wait=60s");
        using var other = await server.PostAsync("/topics/t/records", """{"value":2}""");
        await PostAsync(server, Events(0, 1));

        using var response = await waiting;
        Assert.Equal(["0"], await IdsAsync(response));
    }

    [Fact]
    public async Task Structured_records_of_other_writers_are_events_too()
    {
        await using var server = await StartWithAsync("[]");
        using var posted = await server.PostAsync(
            "/topics/t/records",
            """
            {"value":{"specversion":"1.0","id":"9","source":"/s","type":"t","count":5},
             "headers":{"content-type":"application/cloudevents+json; charset=UTF-8"}}
            """);

        using var response = await server.GetAsync("/topics/t/events");

        Assert.Equal(5, (await response.JsonAsync())[0].GetProperty("count").GetInt32());
    }

    [Fact]
    public async Task Lines_are_a_page_or_a_tail()
    {
        await using var server = await StartWithAsync(Events(0, 2));

        using var page = await server.GetAsync("/topics/t/events?format=ndjson");
        using var tail = await OpenAsync(server, "/topics/t/events?follow=true&from=earliest", "*/*");
        using var reader = new StreamReader(await tail.Content.ReadAsStreamAsync(NativeClient.Token));

        var lines = (await page.Content.ReadAsStringAsync(NativeClient.Token)).Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.Equal("application/x-ndjson", tail.Content.Headers.ContentType?.ToString());
        Assert.Equal(lines[0], await reader.ReadLineAsync(NativeClient.Token));
        Assert.Equal(lines[1], await reader.ReadLineAsync(NativeClient.Token));
    }

    [Fact]
    public async Task A_tail_of_server_sent_events_resumes_behind_the_event_it_gave()
    {
        await using var server = await StartWithAsync(Events(0, 1));
        using var between = await server.PostAsync("/topics/t/records", """{"value":1}""");
        await PostAsync(server, Events(1, 1));

        using var tail = await OpenAsync(server, "/topics/t/events?from=earliest", "text/event-stream");
        using var reader = new StreamReader(await tail.Content.ReadAsStreamAsync(NativeClient.Token));
        var first = await EventAsync(reader);
        var second = await EventAsync(reader);
        using var resumed = await OpenAsync(server, "/topics/t/events?from=earliest", "text/event-stream", "0:1");
        using var rest = new StreamReader(await resumed.Content.ReadAsStreamAsync(NativeClient.Token));

        Assert.StartsWith("id: 0:1\nevent: cloudevent\ndata: {\"specversion\":\"1.0\",\"id\":\"0\"", first);
        Assert.StartsWith("id: 0:3\nevent: cloudevent\ndata: {\"specversion\":\"1.0\",\"id\":\"1\"", second);
        Assert.Equal(second, await EventAsync(rest));
    }

    [Theory]
    [InlineData("format=xml", "'format' is 'xml'; it is batch, structured, binary, ndjson or sse.")]
    [InlineData("format=binary&limit=2", "'limit' belongs to pages; structured and binary mode give one event.")]
    [InlineData(
        "format=structured&follow=true", "'follow' gives lines or an event stream: format=ndjson or format=sse.")]
    [InlineData("value=json", "The query parameter 'value' is not known here; known are offset, from, timestamp, "
        + "cursor, limit, max_bytes, wait, format, follow.")]
    public async Task A_read_that_makes_no_sense_is_told_why(string query, string expected)
    {
        await using var server = await StartWithAsync("[]");

        using var response = await server.GetAsync($"/topics/t/events?{query}");

        var problem = await response.ProblemAsync(HttpStatusCode.BadRequest, "INVALID_REQUEST");
        Assert.Equal(expected, problem.GetProperty("detail").GetString());
    }

    [Theory]
    [InlineData("text/event-stream", "text/event-stream")]
    [InlineData("application/cloudevents+json", "application/cloudevents+json")]
    [InlineData("application/x-ndjson", "application/x-ndjson")]
    [InlineData("application/*", Batch)]
    public async Task What_the_client_accepts_decides_the_form(string accept, string expected)
    {
        await using var server = await StartWithAsync(Events(0, 1));

        using var response = await OpenAsync(server, "/topics/t/events", accept);

        Assert.Equal(expected, response.Content.Headers.ContentType?.ToString());
    }

    [Fact]
    public async Task A_client_that_takes_no_form_of_events_is_told_which_there_are()
    {
        await using var server = await StartWithAsync("[]");

        using var response = await OpenAsync(server, "/topics/t/events", "application/json");

        await response.ProblemAsync(HttpStatusCode.NotAcceptable, "NOT_ACCEPTABLE");
    }

    private static async Task<ApiServer> StartWithAsync(string events)
    {
        var server = await ApiServer.StartAsync(new ApiSettings());
        await server.CreateTopicAsync("t");
        await PostAsync(server, events);
        return server;
    }

    private static async Task PostAsync(ApiServer server, string events)
    {
        using var posted = await server.PostAsync("/topics/t/events", events, Batch);
        await posted.JsonAsync();
    }

    private static string Events(int first, int count) => "["
        + string.Join(',', Enumerable.Range(first, count).Select(static i =>
            $"{{\"specversion\":\"1.0\",\"id\":\"{i}\",\"source\":\"/s\",\"type\":\"t\",\"data\":{i}}}"))
        + "]";

    private static async Task<IReadOnlyList<string?>> IdsAsync(HttpResponseMessage response) =>
        [.. (await response.JsonAsync()).EnumerateArray().Select(static one => one.GetProperty("id").GetString())];

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

    private static async Task<string> EventAsync(StreamReader reader)
    {
        var lines = new List<string>();
        while (await reader.ReadLineAsync(NativeClient.Token) is { Length: > 0 } line)
        {
            lines.Add(line);
        }

        return string.Join('\n', lines);
    }
}
