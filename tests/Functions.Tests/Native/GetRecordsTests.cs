using System.Net;
using System.Text.Json;
using Serverless.Functions.Api;
using Serverless.Functions.Api.Native.Read;
using Serverless.StorageEngine.Log;

namespace Serverless.Functions.Tests.Native;

public sealed class GetRecordsTests
{
    [Fact]
    public async Task Pages_of_a_partition_join_without_gap_or_overlap()
    {
        await using var server = await StartWithAsync(25);
        var values = new List<string>();
        var next = 0L;

        for (var more = true; more;)
        {
            var page = await server.ReadAsync($"/topics/t/partitions/0/records?offset={next}&limit=7");
            more = page.Values().Count > 0;
            values.AddRange(page.Values());
            next = page.GetProperty("next_offset").GetInt64();
        }

        Assert.Equal(Enumerable.Range(0, 25).Select(i => $"{i}"), values);
    }

    [Theory]
    [InlineData("records")]
    [InlineData("records?follow=true")]
    public async Task A_topic_of_very_many_partitions_is_read_by_partition_because_its_cursor_would_be_too_long(
        string read)
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("large", 129);

        using var whole = await server.GetAsync($"/topics/large/{read}");

        var problem = await whole.ProblemAsync(HttpStatusCode.BadRequest, "INVALID_REQUEST");
        Assert.Contains("/partitions/", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Empty((await server.ReadAsync("/topics/large/partitions/128/records")).Values());
    }

    [Fact]
    public void The_largest_cursor_fits_the_request_line_of_common_servers_even_when_a_client_escapes_it()
    {
        var most = new ApiSettings { TopicReadPartitionsMax = 256 };
        Assert.Empty(most.Check());
        Assert.NotEmpty((most with { TopicReadPartitionsMax = 257 }).Check());

        var cursor = PartitionCursor.Write(
            [.. Enumerable.Range(0, 256).Select(static one => new PartitionPosition(one, long.MaxValue))]);

        Assert.InRange(Uri.EscapeDataString(cursor).Length, 1, 7500);
    }

    [Fact]
    public async Task A_read_can_be_repeated()
    {
        await using var server = await StartWithAsync(5);

        var first = await server.ReadAsync("/topics/t/partitions/0/records?offset=2");
        var second = await server.ReadAsync("/topics/t/partitions/0/records?offset=2");

        Assert.Equal(["2", "3", "4"], first.Values());
        Assert.Equal(first.GetRawText(), second.GetRawText());
    }

    [Fact]
    public async Task A_record_larger_than_max_bytes_is_given_nevertheless()
    {
        await using var server = await StartWithAsync(3);

        var page = await server.ReadAsync("/topics/t/partitions/0/records?max_bytes=1");

        Assert.NotEmpty(page.Values());
    }

    [Fact]
    public async Task Latest_is_behind_the_last_record_and_earliest_at_the_first()
    {
        await using var server = await StartWithAsync(3);

        Assert.Empty((await server.ReadAsync("/topics/t/partitions/0/records?from=latest")).Values());
        Assert.Equal(3, (await server.ReadAsync("/topics/t/partitions/0/records?from=earliest")).Values().Count);
    }

    [Fact]
    public async Task A_timestamp_finds_the_first_record_that_is_not_older()
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("t");
        using var response = await server.PostAsync(
            "/topics/t/records",
            """[{"value":1,"timestamp":1000},{"value":2,"timestamp":2000},{"value":3,"timestamp":3000}]""");
        await response.JsonAsync();

        Assert.Equal(["2", "3"], (await server.ReadAsync("/topics/t/partitions/0/records?timestamp=1001")).Values());
        Assert.Equal(["3"], (await server.ReadAsync("/topics/t/records?timestamp=1970-01-01T00:00:03Z")).Values());
        Assert.Empty((await server.ReadAsync("/topics/t/records?timestamp=3001")).Values());
        var offsets = await server.ReadAsync("/topics/t/partitions/0/offsets?timestamp=1001");
        Assert.Equal(
            """{"partition":0,"log_start_offset":0,"high_watermark":3,"offset":1,"timestamp":2000}""",
            offsets.GetRawText());
    }

    [Fact]
    public async Task An_offset_out_of_range_names_the_range()
    {
        await using var server = await StartWithAsync(3);

        using var response = await server.GetAsync("/topics/t/partitions/0/records?offset=4");

        var problem = await response.ProblemAsync(HttpStatusCode.RequestedRangeNotSatisfiable, "OFFSET_OUT_OF_RANGE");
        Assert.Equal(0, problem.GetProperty("log_start_offset").GetInt32());
        Assert.Equal(3, problem.GetProperty("high_watermark").GetInt32());
    }

    [Theory]
    [InlineData("offset=-1")]
    [InlineData("offset=x")]
    [InlineData("limit=0")]
    [InlineData("limit=1000000")]
    [InlineData("max_bytes=-5")]
    [InlineData("wait=1h")]
    [InlineData("wait=10m")]
    [InlineData("from=middle")]
    [InlineData("from=latest&offset=1")]
    [InlineData("timestamp=today")]
    [InlineData("cursor=0")]
    [InlineData("cursor=0:1,0:2")]
    [InlineData("cursor=7:1")]
    [InlineData("value=xml")]
    [InlineData("format=xml")]
    public async Task A_malformed_query_is_refused(string query)
    {
        await using var server = await StartWithAsync(1);

        using var response = await server.GetAsync($"/topics/t/partitions/0/records?{query}");

        await response.ProblemAsync(HttpStatusCode.BadRequest, "INVALID_REQUEST");
    }

    [Fact]
    public async Task A_media_type_nobody_offers_is_not_acceptable()
    {
        await using var server = await StartWithAsync(1);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/topics/t/records");
        request.Headers.Add("Accept", "text/html");

        using var response = await server.Client.SendAsync(request, NativeClient.Token);

        await response.ProblemAsync(HttpStatusCode.NotAcceptable, "NOT_ACCEPTABLE");
    }

    [Fact]
    public async Task A_long_poll_returns_as_soon_as_there_is_data()
    {
        await using var server = await StartWithAsync(1);

        var poll = server.ReadAsync("/topics/t/partitions/0/records?offset=1&wait=60s");
        using var response = await server.PostAsync("/topics/t/records", """{"value":"new"}""");

        Assert.Equal(["\"new\""], (await poll).Values());
    }

    [Fact]
    public async Task A_topics_cursor_leads_on_and_includes_partitions_that_came_later()
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("t", 2);
        using var first = await server.PostAsync("/topics/t/partitions/1/records", """[{"value":1},{"value":2}]""");
        var page = await server.ReadAsync("/topics/t/records?limit=1");
        Assert.Equal("0:0,1:1", page.GetProperty("next").GetString());
        using var patch = await server.Client.PatchAsync(
            "/api/v1/topics/t", NativeClient.Content("""{"partitions":3}""", "application/json"), NativeClient.Token);
        await patch.JsonAsync();
        using var second = await server.PostAsync("/topics/t/partitions/2/records", """{"value":3}""");

        var rest = await server.ReadAsync("/topics/t/records?cursor=0:0,1:1");

        Assert.Equal(["2", "3"], rest.Values().Order());
        Assert.Equal("0:0,1:2,2:1", rest.GetProperty("next").GetString());
    }

    [Theory]
    [InlineData(3, 1)]
    [InlineData(2, 2)]
    public async Task A_partition_that_keeps_growing_does_not_starve_the_others(int partitions, int limit)
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("t", partitions);
        for (var partition = 1; partition < partitions; partition++)
        {
            using var posted = await server.PostAsync($"/topics/t/partitions/{partition}/records", """{"value":1}""");
            await posted.JsonAsync();
        }

        var seen = new HashSet<int>();
        var next = "from=earliest";
        for (var pages = 0; pages < partitions; pages++)
        {
            using var more = await server.PostAsync(
                "/topics/t/partitions/0/records", """[{"value":0},{"value":0},{"value":0}]""");
            var page = await server.ReadAsync($"/topics/t/records?limit={limit}&{next}");
            seen.UnionWith(page.GetProperty("records").EnumerateArray()
                .Select(static record => record.GetProperty("partition").GetInt32()));
            next = "cursor=" + page.GetProperty("next").GetString();
        }

        Assert.Equal(partitions, seen.Count);
    }

    [Fact]
    public async Task A_partition_that_a_page_has_not_come_to_names_no_ends()
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("t", 2);
        using var posted = await server.PostAsync(
            "/topics/t/records", """[{"value":1,"partition":0},{"value":2,"partition":1}]""");

        var page = await server.ReadAsync("/topics/t/records?limit=1");

        Assert.Equal(
            """[{"partition":0,"next_offset":1,"high_watermark":1,"log_start_offset":0},"""
            + """{"partition":1,"next_offset":0}]""",
            page.GetProperty("partitions").GetRawText());
    }

    [Theory]
    [InlineData("auto", "{\"a\": 1}", "\"value\":{\"a\": 1}")]
    [InlineData("auto", "\"a\"", "\"value\":\"\\\"a\\\"\"")]
    [InlineData("auto", "null", "\"value\":\"null\"")]
    [InlineData("auto", "{\n}", "\"value\":\"{\\n}\"")]
    [InlineData("auto", "plain", "\"value\":\"plain\"")]
    [InlineData("text", "{\"a\": 1}", "\"value\":\"{\\\"a\\\": 1}\"")]
    [InlineData("json", "\"a\"", "\"value\":\"a\"")]
    [InlineData("json", "{\n}", "\"value\":{}")]
    [InlineData("json", "plain", "\"value_base64\":\"cGxhaW4=\"")]
    [InlineData("base64", "plain", "\"value_base64\":\"cGxhaW4=\"")]
    public async Task A_value_is_written_in_the_form_asked_for(string form, string value, string member)
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("t");
        using var response = await server.PostAsync("/topics/t/records", value, "application/octet-stream");
        await response.JsonAsync();

        var page = await server.ReadAsync($"/topics/t/records?value={form}");

        Assert.Contains(member, page.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_nodes_over_the_same_stores_serve_the_same_records()
    {
        await using var first = await StartWithAsync(3);
        await using var second = await ApiServer.StartAsync(beside: first);

        using var response = await second.PostAsync("/topics/t/records", """{"value":"second"}""");
        await response.JsonAsync();

        Assert.Equal(["0", "1", "2", "\"second\""], (await second.ReadAsync("/topics/t/records")).Values());
        Assert.Equal(["0", "1", "2", "\"second\""], (await first.ReadAsync("/topics/t/records")).Values());
    }

    private static async Task<ApiServer> StartWithAsync(int records)
    {
        var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("t");
        using var response = await server.PostAsync(
            "/topics/t/records",
            "[" + string.Join(',', Enumerable.Range(0, records).Select(i => $"{{\"value\":{i}}}")) + "]");
        Assert.Equal(JsonValueKind.Object, (await response.JsonAsync()).ValueKind);
        return server;
    }
}
