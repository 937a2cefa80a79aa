namespace Serverless.Functions.Tests.V3;

public sealed class PartitionTests
{
    [Fact]
    public async Task Partitions_are_listed_and_described()
    {
        await using var node = await OrdersAsync();

        var list = (await node.GetAsync("topics/orders/partitions")).Json;
        var one = await node.GetAsync("topics/orders/partitions/1");

        Assert.Equal("KafkaPartitionList", list.GetProperty("kind").GetString());
        Assert.Equal(
            [0, 1],
            list.GetProperty("data").EnumerateArray().Select(one => one.GetProperty("partition_id").GetInt32()));
        var (id, url) = (node.ClusterId, $"{node.ClusterUrl}/topics/orders/partitions/1");
        Assert.Equal(
            $$$"""
            {"kind":"KafkaPartition","metadata":{"self":"{{{url}}}","resource_name":"crn:///kafka={{{id}}}/topic=orders/partition=1"},"cluster_id":"{{{id}}}","topic_name":"orders","partition_id":1,"leader":{"related":"{{{url}}}/replicas/0"},"replicas":{"related":"{{{url}}}/replicas"},"reassignment":{"related":"{{{url}}}/reassignment"}}
            """,
            one.Body);
    }

    [Theory]
    [InlineData("?offset_type=earliest", 0L, null)]
    [InlineData("?offset_type=latest", null, 2L)]
    [InlineData("?offset_type=earliest_and_latest", 0L, 2L)]
    [InlineData("", 0L, 2L)]
    public async Task The_ends_of_the_log_are_told_as_asked(string query, long? earliest, long? latest)
    {
        await using var node = await OrdersAsync();
        await node.PostAsync("topics/orders/records", """{"partition_id":1}{"partition_id":1}""");

        var answer = (await node.GetAsync($"topics/orders/partitions/1/offset{query}")).Json;

        Assert.Equal("KafkaPartitionWithOffsets", answer.GetProperty("kind").GetString());
        Assert.Equal(earliest, answer.TryGetProperty("earliest_offset", out var first) ? first.GetInt64() : null);
        Assert.Equal(latest, answer.TryGetProperty("latest_offset", out var last) ? last.GetInt64() : null);
    }

    [Theory]
    [InlineData("2")]
    [InlineData("99")]
    [InlineData("-1")]
    [InlineData("x")]
    [InlineData("99999999999999999999")]
    [InlineData("99/offset")]
    [InlineData("99/replicas")]
    public async Task A_partition_that_does_not_exist_is_not_found(string partition)
    {
        await using var node = await OrdersAsync();

        (await node.GetAsync($"topics/orders/partitions/{partition}")).IsError(404, 40402, "Partition not found.");
    }

    [Fact]
    public async Task A_wrong_offset_type_is_refused()
    {
        await using var node = await OrdersAsync();

        (await node.GetAsync("topics/orders/partitions/0/offset?offset_type=middle"))
            .IsErrorLike(400, 400, "offset_type");
    }

    [Fact]
    public async Task A_partition_has_one_replica_that_leads_and_no_reassignment()
    {
        await using var node = await OrdersAsync();

        var replicas = (await node.GetAsync("topics/orders/partitions/0/replicas")).Json.GetProperty("data");
        var replica = await node.GetAsync("topics/orders/partitions/0/replicas/0");

        Assert.Equal(replica.Body, Assert.Single(replicas.EnumerateArray()).GetRawText());
        Assert.True(replica.Json.GetProperty("is_leader").GetBoolean());
        Assert.True(replica.Json.GetProperty("is_in_sync").GetBoolean());
        Assert.Equal(
            $"{node.ClusterUrl}/brokers/0",
            replica.Json.GetProperty("broker").GetProperty("related").GetString());
        (await node.GetAsync("topics/orders/partitions/0/replicas/1")).IsError(404, 404, "HTTP 404 Not Found");
        (await node.GetAsync("topics/orders/partitions/0/reassignment")).IsError(404, 404, "HTTP 404 Not Found");
        foreach (var path in new[] { "topics/orders/partitions/-/reassignment", "topics/-/partitions/-/reassignment" })
        {
            Assert.Equal(0, (await node.GetAsync(path)).Json.GetProperty("data").GetArrayLength());
        }
    }

    private static async Task<V3Node> OrdersAsync()
    {
        var node = await V3Node.StartAsync();
        await node.Server.CreateTopicAsync("orders", partitions: 2);
        return node;
    }
}
