using System.Net;

namespace Serverless.Functions.Tests.V3;

public sealed class ReadRecordsTests
{
    [Fact]
    public async Task A_partition_is_read_as_natively()
    {
        await using var node = await OrdersAsync();

        var page = await node.GetAsync("topics/orders/partitions/1/records?limit=1");
        var native = await node.GetAsync("/api/v1/topics/orders/partitions/1/records?limit=1");

        Assert.Equal(1, page.Json.GetProperty("next_offset").GetInt64());
        Assert.Equal(native.Body, page.Body);
    }

    [Fact]
    public async Task A_topic_is_read_as_natively_below_both_prefixes()
    {
        await using var node = await OrdersAsync();

        var native = await node.GetAsync("/api/v1/topics/orders/records");

        Assert.Equal(native.Body, (await node.GetAsync("topics/orders/records")).Body);
        Assert.Equal(native.Body, (await node.GetAsync($"/kafka{node.Cluster}/topics/orders/records")).Body);
    }

    [Theory]
    [InlineData("application/x-ndjson")]
    [InlineData("text/event-stream")]
    public async Task Lines_and_events_are_given_to_clients_that_ask_for_them(string mediaType)
    {
        await using var node = await OrdersAsync(new() { TailDurationMax = TimeSpan.FromSeconds(1) });

        var answer = await node.SendAsync(
            HttpMethod.Get, "topics/orders/partitions/1/records?from=earliest", accept: mediaType);

        Assert.Equal((HttpStatusCode.OK, mediaType), (answer.Status, answer.MediaType));
    }

    [Fact]
    public async Task Other_routes_still_answer_json_only()
    {
        await using var node = await OrdersAsync();

        (await node.SendAsync(HttpMethod.Get, "topics/orders", accept: "text/event-stream"))
            .IsError(406, 406, "HTTP 406 Not Acceptable");
    }

    [Theory]
    [InlineData("topics/nope/partitions/0/records", 404, 40403, "This server does not host this topic-partition.")]
    [InlineData("topics/orders/partitions/2/records", 404, 40402, "Partition not found.")]
    [InlineData("topics/orders/partitions/x/records", 404, 40402, "Partition not found.")]
    [InlineData("topics/orders/partitions/1/records?offset=9", 400, 40002, "Partition 1 has the offsets 0 to 2 (the "
        + "next one); 9 is not among them.")]
    [InlineData("topics/orders/partitions/1/records?offset=x", 400, 400, "Bad Request: 'offset' is 'x'; it is a number "
        + "from 0 on; 'from' takes earliest and latest.")]
    [InlineData("topics/orders/partitions/1/records?partition=1", 400, 400, "Bad Request: The query parameter "
        + "'partition' is not known here; known are offset, from, timestamp, cursor, limit, max_bytes, wait, value, "
        + "format, follow.")]
    public async Task Problems_are_said_as_v3_says_them(string path, int status, int code, string message)
    {
        await using var node = await OrdersAsync();

        (await node.GetAsync(path)).IsError(status, code, message);
    }

    private static async Task<V3Node> OrdersAsync(Serverless.Functions.Api.ApiSettings? settings = null)
    {
        var node = await V3Node.StartAsync(settings);
        await node.Server.CreateTopicAsync("orders", 2);
        await node.PostAsync("topics/orders/records", """{"partition_id":1}{"partition_id":1}""");
        return node;
    }
}
