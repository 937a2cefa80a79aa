using System.Net;

namespace Serverless.Functions.Tests.V3;

public sealed class RecordBatchTests
{
    private const string Url = "topics/orders/records:batch";

    [Fact]
    public async Task Entries_that_are_durable_and_entries_that_are_not_are_told_apart()
    {
        await using var node = await OrdersAsync();

        var answer = await node.PostAsync(Url, """
            {"entries":[
              {"id":"1","value":{"type":"STRING","data":"a"},"timestamp":"2026-01-01T00:00:00.5Z"},
              {"id":"2","partition_id":-1,"value":{"type":"STRING","data":"b"}},
              {"id":"3","value":{"type":"BINARY","data":"%"}},
              {"id":"4","key":{"type":"JSON","data":1},"timestamp":"2026-01-01T00:00:00Z"}]}
            """);

        Assert.Equal(HttpStatusCode.MultiStatus, answer.Status);
        Assert.Equal(
            $$$"""
            {"successes":[{"id":"1","cluster_id":"{{{node.ClusterId}}}","topic_name":"orders","partition_id":0,"offset":0,"timestamp":"2026-01-01T00:00:00.500Z","value":{"type":"STRING","size":1}},{"id":"4","cluster_id":"{{{node.ClusterId}}}","topic_name":"orders","partition_id":0,"offset":1,"timestamp":"2026-01-01T00:00:00Z","key":{"type":"JSON","size":1}}],"failures":[{"id":"2","error_code":40402,"message":"Partition not found."},{"id":"3","error_code":400,"message":"Bad Request: The data of a BINARY is not a valid base64 string."}]}
            """,
            answer.Body);
    }

    [Fact]
    public async Task A_batch_of_nothing_but_failures_is_answered_too()
    {
        await using var node = await OrdersAsync();

        var answer = await node.PostAsync(Url, """{"entries":[{"id":"1","partition_id":7}]}""");

        Assert.Equal(
            """{"successes":[],"failures":[{"id":"1","error_code":40402,"message":"Partition not found."}]}""",
            answer.Body);
    }

    [Theory]
    [InlineData("""{"entries":[]}""", 422, 42208, "Empty batch.")]
    [InlineData("", 422, 42208, "")]
    [InlineData("""{"entries":[{"id":"1"},{"id":"1"}]}""", 422, 42208, "not distinct")]
    [InlineData("""{"entries":[{}]}""", 422, 42208, "IDs")]
    [InlineData("""{"entries":[{"id":""}]}""", 422, 42208, "IDs")]
    [InlineData("""{"entries":[{"id":1}]}""", 422, 42208, "IDs")]
    [InlineData("""{"entries":[{"id":"a b"}]}""", 422, 42208, "IDs")]
    [InlineData("""{"entries":[7]}""", 422, 42208, "IDs")]
    [InlineData("""{"entries":[{"id":"1","\ud800":1}]}""", 422, 42208, "escape")]
    [InlineData("""{"entries":[{"\ud800":1,"id":"1"}]}""", 422, 42208, "escape")]
    [InlineData("""{"\ud800":[]}""", 400, 400, "escape")]
    [InlineData("""{"entrie\ud800":[]}""", 400, 400, "escape")]
    [InlineData("""{"entries":{}}""", 400, 400, "entries")]
    [InlineData("""{"entries":[],"more":1}""", 400, 400, "entries")]
    [InlineData("{}", 400, 400, "entries")]
    [InlineData("[]", 400, 400, "entries")]
    [InlineData("{", 400, 400, "Bad Request: ")]
    public async Task An_envelope_that_does_not_fit_is_refused_as_a_whole(
        string body, int status, int code, string message)
    {
        await using var node = await OrdersAsync();

        (await node.PostAsync(Url, body)).IsErrorLike(status, code, message);
    }

    [Theory]
    [InlineData(10, 207)]
    [InlineData(11, 422)]
    public async Task Ten_entries_are_the_most(int count, int status)
    {
        await using var node = await OrdersAsync();
        var entries = string.Join(',', Enumerable.Range(0, count).Select(static i => $$"""{"id":"{{i}}"}"""));

        Assert.Equal(status, (int)(await node.PostAsync(Url, $$"""{"entries":[{{entries}}]}""")).Status);
    }

    [Theory]
    [InlineData(80, 207)]
    [InlineData(81, 422)]
    public async Task An_id_has_at_most_80_characters(int length, int status)
    {
        await using var node = await OrdersAsync();

        var answer = await node.PostAsync(Url, $$"""{"entries":[{"id":"{{new string('i', length)}}"}]}""");

        Assert.Equal(status, (int)answer.Status);
    }

    private static async Task<V3Node> OrdersAsync()
    {
        var node = await V3Node.StartAsync();
        await node.Server.CreateTopicAsync("orders");
        return node;
    }
}
