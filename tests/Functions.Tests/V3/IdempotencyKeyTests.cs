using System.Net;

namespace Serverless.Functions.Tests.V3;

public sealed class IdempotencyKeyTests
{
    private const string Stream = "topics/orders/records";
    private const string Batch = "topics/orders/records:batch";

    [Fact]
    public async Task A_stream_again_gives_the_first_receipts_on_any_node()
    {
        await using var one = await V3Node.StartAsync();
        await using var other = await V3Node.StartAsync(beside: one);
        await one.Server.CreateTopicAsync("orders", 5);
        var body = string.Concat(Enumerable.Range(0, 30).Select(static i =>
            $$$"""{"timestamp":"2026-01-01T00:00:00Z","value":{"type":"JSON","data":{{{i}}}}{{{Key(i)}}}}"""));

        var first = await one.PostAsync(Stream, body, key: "a");
        var again = await other.PostAsync(Stream, body, key: "a");

        Assert.Equal(HttpStatusCode.OK, first.Status);
        Assert.Equal(first.Body, again.Body);
        Assert.DoesNotContain(first.Codes, static code => code != 200);

        static string Key(int i) => i % 2 == 0 ? "" : $$$""","key":{"type":"JSON","data":{{{i}}}}""";
    }

    [Fact]
    public async Task A_receipt_leaves_out_a_timestamp_that_only_the_log_knows()
    {
        await using var node = await V3Node.StartAsync();
        await node.Server.CreateTopicAsync("orders");
        const string Body = """{"value":{"type":"JSON","data":1}}""";

        var first = await node.PostAsync(Stream, Body, key: "a");
        var again = await node.PostAsync(Stream, Body, key: "a");

        Assert.True(Assert.Single(first.Receipts).TryGetProperty("timestamp", out _));
        Assert.False(Assert.Single(again.Receipts).TryGetProperty("timestamp", out _));
        Assert.Equal(first.Offsets, again.Offsets);
    }

    [Fact]
    public async Task A_record_that_the_first_try_refused_does_not_shift_those_behind_it()
    {
        await using var node = await V3Node.StartAsync();
        await node.Server.CreateTopicAsync("orders", 1, new KeyValuePair<string, string?>("max.message.bytes", "200"));
        var longer = new string('x', 200);
        var body = $$$"""
            {"value":{"type":"JSON","data":0}} {"value":{"type":"STRING","data":"{{{longer}}}"}}
            {"value":{"type":"JSON","data":2}}
            """;

        var first = await node.PostAsync(Stream, body, key: "a");
        await node.SendAsync(HttpMethod.Put, "topics/orders/configs/max.message.bytes", """{"value":"1000"}""");
        var again = await node.PostAsync(Stream, body, key: "a");

        Assert.Equal([200, 413, 200], first.Codes);
        Assert.Equal([200, 200, 200], again.Codes);
        Assert.Equal([0, 2, 1], again.Offsets);
    }

    [Fact]
    public async Task A_batch_again_gives_the_first_answer()
    {
        await using var one = await V3Node.StartAsync();
        await using var other = await V3Node.StartAsync(beside: one);
        await one.Server.CreateTopicAsync("orders", 5);
        const string Body = """
            {"entries":[
              {"id":"1","value":{"type":"STRING","data":"a"},"timestamp":"2026-01-01T00:00:00Z"},
              {"id":"2","partition_id":9},
              {"id":"3","key":{"type":"STRING","data":"k"},"timestamp":"2026-01-01T00:00:00Z"}]}
            """;

        var first = await one.PostAsync(Batch, Body, key: "\"a\"");
        var again = await other.PostAsync(Batch, Body, key: "a");

        Assert.Equal(HttpStatusCode.MultiStatus, first.Status);
        Assert.Equal(first.Body, again.Body);
    }

    [Fact]
    public async Task A_key_that_stands_for_another_batch_fails_its_entries()
    {
        await using var node = await V3Node.StartAsync();
        await node.Server.CreateTopicAsync("orders");
        await node.PostAsync(Batch, """{"entries":[{"id":"1","value":{"type":"STRING","data":"a"}}]}""", key: "a");

        var reused = await node.PostAsync(
            Batch, """{"entries":[{"id":"1","value":{"type":"STRING","data":"b"}}]}""", key: "a");

        var failure = Assert.Single(reused.Json.GetProperty("failures").EnumerateArray());
        Assert.Equal(422, failure.GetProperty("error_code").GetInt32());
    }

    [Theory]
    [InlineData(Stream, """{"value":{"type":"JSON","data":1}}""")]
    [InlineData(Batch, """{"entries":[{"id":"1"}]}""")]
    public async Task A_key_that_is_none_is_refused(string path, string body)
    {
        await using var node = await V3Node.StartAsync();
        await node.Server.CreateTopicAsync("orders");

        (await node.PostAsync(path, body, key: "a b"))
            .IsErrorLike(400, 400, "Idempotency-Key is 'a b'; it is 1 to 255 visible ASCII characters");
    }
}
