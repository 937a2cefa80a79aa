using System.Net;
using Serverless.Functions.Tests.Native;

namespace Serverless.Functions.Tests.V3.Groups;

/// <summary>Share groups of v3 are the queues of one name.</summary>
public sealed class ShareGroupTests
{
    [Fact]
    public async Task Queues_of_one_name_are_one_share_group()
    {
        await using var node = await StartAsync();
        await node.Server.CreateTopicAsync("other");
        await PutAsync(node, "other", "mail");
        await PutAsync(node, "other", "audit");

        Assert.Equal(["audit", "mail"], await node.ListAsync("share-groups", "share_group_id"));
        Assert.Equal(["1", "3"], await node.ListAsync("share-groups", "partition_count"));
    }

    [Fact]
    public async Task A_share_group_that_nobody_receives_from_is_empty()
    {
        await using var node = await StartAsync();

        var (id, url) = (node.ClusterId, node.ClusterUrl);
        Assert.Equal(
            $$$"""
            {"kind":"KafkaShareGroupList","metadata":{"self":"{{{url}}}/share-groups","next":null},"data":[{"kind":"KafkaShareGroup","metadata":{"self":"{{{url}}}/share-groups/mail","resource_name":"crn:///kafka={{{id}}}/share-group=mail"},"cluster_id":"{{{id}}}","share_group_id":"mail","coordinator":{"related":"{{{url}}}/brokers/0"},"state":"EMPTY","consumer_count":0,"partition_count":2,"consumers":{"related":"{{{url}}}/share-groups/mail/consumers"}}]}
            """,
            (await node.GetAsync("share-groups")).Body);
    }

    [Fact]
    public async Task A_share_group_names_its_partitions()
    {
        await using var node = await StartAsync();

        var group = (await node.GetAsync("share-groups/mail")).Json;

        Assert.Equal(
            ["orders 0", "orders 1"],
            group.GetProperty("assigned_topic_partitions").EnumerateArray()
                .Select(static one => $"{one.GetProperty("topic_name")} {one.GetProperty("partition_id")}"));
    }

    [Fact]
    public async Task Whoever_holds_records_under_a_name_is_a_consumer_until_they_are_settled()
    {
        await using var node = await StartAsync();
        await node.PostAsync("topics/orders/records", """{"partition_id":1}""");
        var tokens = await ReceiveAsync(node, "w1");

        var (id, url) = (node.ClusterId, $"{node.ClusterUrl}/share-groups/mail/consumers/w1");
        Assert.Equal(("STABLE", 1), await StateAsync(node));
        Assert.Equal(["w1"], await node.ListAsync("share-groups/mail/consumers", "consumer_id"));
        Assert.Equal(
            $$$"""
            {"kind":"KafkaShareGroupConsumer","metadata":{"self":"{{{url}}}","resource_name":"crn:///kafka={{{id}}}/share-group=mail/consumer=w1"},"cluster_id":"{{{id}}}","group_id":"mail","consumer_id":"w1","client_id":"w1","assignments":{"related":"{{{url}}}/assignments"}}
            """,
            (await node.GetAsync("share-groups/mail/consumers/w1")).Body);
        Assert.Equal(["1"], await node.ListAsync("share-groups/mail/consumers/w1/assignments", "partition_id"));
        Assert.Equal(HttpStatusCode.NotFound, (await node.GetAsync("share-groups/mail/consumers/w2")).Status);

        using var done = await node.Server.PostAsync("/topics/orders/queues/mail:acknowledge", tokens);
        await done.JsonAsync();

        Assert.Equal(("EMPTY", 0), await StateAsync(node));
        Assert.Empty(await node.ListAsync("share-groups/mail/consumers", "consumer_id"));
    }

    [Fact]
    public async Task A_receiver_without_a_name_is_no_consumer_that_could_be_asked_for()
    {
        await using var node = await StartAsync();
        await node.PostAsync("topics/orders/records", """{"partition_id":1}""");
        await ReceiveAsync(node, "");

        Assert.Equal(("STABLE", 0), await StateAsync(node));
    }

    [Theory]
    [InlineData("share-groups/none")]
    [InlineData("share-groups/none/consumers")]
    [InlineData("share-groups/none/consumers/c")]
    [InlineData("share-groups/none/consumers/c/assignments")]
    [InlineData("consumer-groups/mail")]
    public async Task What_is_no_share_group_is_not_found(string path)
    {
        await using var node = await StartAsync();

        var answer = await node.GetAsync(path);

        Assert.Equal((HttpStatusCode.NotFound, 40405), (answer.Status, answer.Json.GetProperty("error_code").GetInt32()));
    }

    private static async Task<V3Node> StartAsync()
    {
        var node = await V3Node.StartAsync();
        await node.Server.CreateTopicAsync("orders", partitions: 2);
        await PutAsync(node, "orders", "mail");
        return node;
    }

    private static async Task PutAsync(V3Node node, string topic, string queue) => Assert.Equal(
        HttpStatusCode.Created,
        (await node.SendAsync(HttpMethod.Put, $"/api/v1/topics/{topic}/queues/{queue}", "{}")).Status);

    private static async Task<string> ReceiveAsync(V3Node node, string receiver)
    {
        var name = receiver.Length == 0 ? "" : $"?receiver={receiver}";
        using var received = await node.Server.PostAsync($"/topics/orders/queues/mail:receive{name}", "");
        var token = (await received.JsonAsync()).GetProperty("records")[0].GetProperty("lock_token").GetString();
        return $$"""{"lock_tokens":["{{token}}"]}""";
    }

    private static async Task<(string State, int Consumers)> StateAsync(V3Node node)
    {
        var group = (await node.GetAsync("share-groups/mail")).Json;
        return (group.GetProperty("state").GetString()!, group.GetProperty("consumer_count").GetInt32());
    }
}
