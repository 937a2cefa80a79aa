using System.Net;

namespace Serverless.Functions.Tests.Native;

public sealed class PostJsonRecordsTests
{
    [Fact]
    public async Task An_array_is_appended_in_order_and_answered_with_offsets()
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("orders");

        using var response = await server.PostAsync(
            "/topics/orders/records", """[{"value":"a"},{"value":{"b": 1}},{"key":"k","value":null}]""");

        var answer = await response.JsonAsync();
        Assert.Equal(3, answer.GetProperty("records").GetInt32());
        Assert.Equal(
            [0, 1, 2], answer.GetProperty("offsets").EnumerateArray().Select(o => o.GetProperty("offset").GetInt32()));
        var page = await server.ReadAsync("/topics/orders/partitions/0/records");
        Assert.Equal(["\"a\"", "{\"b\": 1}", "null"], page.Values());
        Assert.Equal(3, page.GetProperty("next_offset").GetInt32());
        Assert.Equal(3, page.GetProperty("high_watermark").GetInt32());
    }

    [Fact]
    public async Task A_single_object_is_one_record()
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("orders", 3);

        using var response = await server.PostAsync("/topics/orders/partitions/2/records", """ {"value":5} """);

        var offset = Assert.Single((await response.JsonAsync()).GetProperty("offsets").EnumerateArray());
        Assert.Equal(2, offset.GetProperty("partition").GetInt32());
    }

    [Fact]
    public async Task Keys_values_headers_and_timestamps_come_back_as_they_were_sent()
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("orders");
        const string Record = """
            {"key":"ü\"","value_base64":"/wA=","timestamp":1700000000000,
             "headers":[{"name":"a","value":"x"},{"name":"b","base64":"/w=="},{"name":"a","value":null}]}
            """;

        using var response = await server.PostAsync("/topics/orders/records", Record);
        await response.JsonAsync();

        var page = await server.ReadAsync("/topics/orders/partitions/0/records");
        Assert.Equal(
            """{"partition":0,"offset":0,"timestamp":1700000000000,"key":"ü\"","value_base64":"/wA=","headers":"""
            + """[{"name":"a","value":"x"},{"name":"b","base64":"/w=="},{"name":"a","value":null}]}""",
            page.GetProperty("records")[0].GetRawText());
    }

    [Theory]
    [InlineData("""[{"value":1},{"vlaue":2}]""", "vlaue")]
    [InlineData("""[{"value":1},{"value_base64":"%"}]""", "base64")]
    [InlineData("""[{"value":1},{"value":"\ud800"}]""", "escape")]
    [InlineData("""[{"value":1},5]""", "object")]
    [InlineData("""[{"value":1},{"value":2,"value_base64":"AA=="}]""", "another form")]
    [InlineData("""[{"value":1},{"partition":-1}]""", "partition")]
    [InlineData("""[{"value":1},{"timestamp":"yesterday"}]""", "timestamp")]
    [InlineData("""[{"value":1},{"headers":{"a":5}}]""", "header")]
    [InlineData("""[{"value":1},{"value":2]""", "line 1")]
    [InlineData("""[{"value":1}""", "line 1")]
    [InlineData("""[{"value":1}] x""", "line 1")]
    public async Task A_malformed_body_appends_nothing(string body, string word)
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("orders");

        using var response = await server.PostAsync("/topics/orders/records", body);

        var problem = await response.ProblemAsync(HttpStatusCode.BadRequest, "INVALID_REQUEST");
        Assert.Contains(word, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal("none", problem.GetProperty("side_effects").GetString());
        Assert.Empty((await server.ReadAsync("/topics/orders/records")).Values());
    }

    [Fact]
    public async Task A_timestamp_before_1970_appends_nothing()
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("orders");

        using var response = await server.PostAsync(
            "/topics/orders/records", """[{"value":1},{"value":2,"timestamp":-1}]""");

        await response.ProblemAsync(HttpStatusCode.BadRequest, "INVALID_TIMESTAMP");
        Assert.Empty((await server.ReadAsync("/topics/orders/records")).Values());
    }

    [Fact]
    public async Task A_record_above_the_topics_limit_appends_nothing()
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("orders", 1, new KeyValuePair<string, string?>("max.message.bytes", "200"));

        using var response = await server.PostAsync(
            "/topics/orders/records", $$"""[{"value":"a"},{"value":"{{new string('x', 200)}}"}]""");

        await response.ProblemAsync(HttpStatusCode.RequestEntityTooLarge, "MESSAGE_TOO_LARGE");
        Assert.Empty((await server.ReadAsync("/topics/orders/records")).Values());
    }

    [Fact]
    public async Task Records_that_exceed_one_batch_are_cut_and_keep_their_order()
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("orders", 1, new KeyValuePair<string, string?>("max.message.bytes", "200"));
        var values = Enumerable.Range(0, 100).ToArray();

        using var response = await server.PostAsync(
            "/topics/orders/records", "[" + string.Join(',', values.Select(v => $"{{\"value\":{v}}}")) + "]");

        var offsets = (await response.JsonAsync()).GetProperty("offsets").EnumerateArray();
        Assert.Equal(values, offsets.Select(o => o.GetProperty("offset").GetInt32()));
        Assert.Equal(values.Select(v => $"{v}"), (await server.ReadAsync("/topics/orders/records")).Values());
    }

    [Fact]
    public async Task A_key_decides_the_partition_as_kafkas_partitioner_does()
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("orders", 100);

        using var response = await server.PostAsync("/topics/orders/records", """[{"key":"21"},{"key":"foobar"}]""");

        var partitions = (await response.JsonAsync()).GetProperty("offsets").EnumerateArray()
            .Select(o => o.GetProperty("partition").GetInt32());

        // murmur2 of both keys as published in Kafka's own tests: -973932308 and -790332482.
        Assert.Equal([(-973932308 & 0x7fffffff) % 100, (-790332482 & 0x7fffffff) % 100], partitions);
    }

    [Fact]
    public async Task A_body_that_announces_too_much_is_refused_before_it_is_read()
    {
        await using var server = await ApiServer.StartAsync(new() { RequestBytesMax = 1024 });
        await server.CreateTopicAsync("orders");

        using var response = await server.PostAsync("/topics/orders/records", new string(' ', 2000));

        await response.ProblemAsync(HttpStatusCode.RequestEntityTooLarge, "REQUEST_TOO_LARGE");
    }

    [Fact]
    public async Task Too_many_headers_are_refused()
    {
        await using var server = await ApiServer.StartAsync(new() { RecordHeadersMax = 2 });
        await server.CreateTopicAsync("orders");

        using var response = await server.PostAsync(
            "/topics/orders/records", """{"value":1,"headers":{"a":"1","b":"2","c":"3"}}""");

        await response.ProblemAsync(HttpStatusCode.BadRequest, "INVALID_REQUEST");
    }

    [Fact]
    public async Task A_form_is_refused_with_a_hint()
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("orders");

        using var response = await server.PostAsync(
            "/topics/orders/records", "a=1", "application/x-www-form-urlencoded");

        var problem = await response.ProblemAsync(HttpStatusCode.UnsupportedMediaType, "UNSUPPORTED_MEDIA_TYPE");
        Assert.Contains("application/json", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/topics/nope/records")]
    [InlineData("/topics/orders/partitions/1/records")]
    [InlineData("/topics/orders/partitions/x/records")]
    [InlineData("/topics/orders/partitions/-1/records")]
    public async Task A_topic_or_partition_that_does_not_exist_is_404(string path)
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("orders");

        using var response = await server.PostAsync(path, """{"value":1}""");

        await response.ProblemAsync(HttpStatusCode.NotFound, "UNKNOWN_TOPIC_OR_PARTITION");
    }
}
