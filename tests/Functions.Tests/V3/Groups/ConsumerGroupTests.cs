namespace Serverless.Functions.Tests.V3.Groups;

public sealed class ConsumerGroupTests
{
    [Fact]
    public async Task A_group_is_described_as_Confluents_API_does()
    {
        await using var node = await GroupNode.StartAsync();
        await node.JoinAsync("c1");

        var answer = await node.GetAsync("consumer-groups/g");

        var (id, url) = (node.ClusterId, $"{node.ClusterUrl}/consumer-groups/g");
        Assert.Equal(
            $$$"""
            {"kind":"KafkaConsumerGroup","metadata":{"self":"{{{url}}}","resource_name":"crn:///kafka={{{id}}}/consumer-group=g"},"cluster_id":"{{{id}}}","consumer_group_id":"g","is_simple":false,"partition_assignor":"cooperative-sticky","state":"STABLE","type":"CONSUMER","is_mixed_consumer_group":false,"coordinator":{"related":"{{{node.ClusterUrl}}}/brokers/0"},"consumers":{"related":"{{{url}}}/consumers"},"lag_summary":{"related":"{{{url}}}/lag-summary"}}
            """,
            answer.Body);
    }

    [Fact]
    public async Task All_groups_are_listed()
    {
        await using var node = await GroupNode.StartAsync();
        await node.JoinAsync("c1", "first");
        await node.JoinAsync("c1", "second group");

        Assert.Equal(["first", "second group"], await node.ListAsync("consumer-groups", "consumer_group_id"));
        Assert.Equal(["first", "second group"], await node.ListAsync(
            $"/kafka{node.Cluster}/consumer-groups", "consumer_group_id"));
    }

    [Fact]
    public async Task The_state_follows_the_members()
    {
        await using var node = await GroupNode.StartAsync();
        await node.JoinAsync("c1");
        await node.JoinAsync("c2");

        Assert.Equal("RECONCILING", await StateAsync(node));
        await node.PollAsync("c1");
        await node.PollAsync("c2");
        Assert.Equal("STABLE", await StateAsync(node));
        await node.LeaveAsync("c1");
        await node.LeaveAsync("c2");
        Assert.Equal("EMPTY", await StateAsync(node));
    }

    [Fact]
    public async Task Links_lead_to_groups_and_members_with_any_name()
    {
        await using var node = await GroupNode.StartAsync();
        await node.JoinAsync("c 1", "a b?");

        var group = (await node.GetAsync("consumer-groups")).Json.GetProperty("data")[0];
        var members = await FollowAsync(node, group.GetProperty("consumers"));
        var assignments = await FollowAsync(node, members.Json.GetProperty("data")[0].GetProperty("assignments"));
        var lag = await FollowAsync(node, assignments.Json.GetProperty("data")[0].GetProperty("partition"));

        Assert.Equal("a b?", group.GetProperty("consumer_group_id").GetString());
        Assert.Equal("c 1", members.Json.GetProperty("data")[0].GetProperty("consumer_id").GetString());
        Assert.Equal("orders", lag.Json.GetProperty("topic_name").GetString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("/consumers")]
    [InlineData("/consumers/c1")]
    [InlineData("/consumers/c1/assignments")]
    [InlineData("/consumers/c1/assignments/orders/partitions/0")]
    [InlineData("/lag-summary")]
    [InlineData("/lags")]
    [InlineData("/lags/orders/partitions/0")]
    public async Task A_group_that_does_not_exist_is_not_found(string path)
    {
        await using var node = await GroupNode.StartAsync();

        (await node.GetAsync($"consumer-groups/nope{path}")).IsError(404, 40405, "Consumer group id not found.");
    }

    [Theory]
    [InlineData("/consumers/c9")]
    [InlineData("/consumers/c9/assignments")]
    [InlineData("/consumers/c1/assignments/orders/partitions/9")]
    [InlineData("/consumers/c1/assignments/other/partitions/0")]
    [InlineData("/consumers/c1/assignments/orders/partitions/x")]
    [InlineData("/lags/orders/partitions/0")]
    [InlineData("/lags/orders/partitions/99999999999")]
    [InlineData("/lags/a%20b/partitions/0")]
    public async Task What_a_group_does_not_have_is_not_found(string path)
    {
        await using var node = await GroupNode.StartAsync();
        await node.JoinAsync("c1");

        (await node.GetAsync($"consumer-groups/g{path}")).IsError(404, 404, "HTTP 404 Not Found");
    }

    [Fact]
    public async Task A_group_that_only_commits_for_chosen_partitions_is_simple()
    {
        await using var node = await GroupNode.StartAsync();
        await node.SendAsync(
            HttpMethod.Post, "/consumers/g", """{"name":"c1"}""", "application/vnd.kafka.v2+json");
        await node.SendAsync(
            HttpMethod.Post,
            "/consumers/g/instances/c1/assignments",
            """{"partitions":[{"topic":"orders","partition":1}]}""",
            "application/vnd.kafka.v2+json");

        var group = (await node.GetAsync("consumer-groups/g")).Json;

        Assert.True(group.GetProperty("is_simple").GetBoolean());
        Assert.Equal("", group.GetProperty("partition_assignor").GetString());
        Assert.Equal(["1"], await node.ListAsync("consumer-groups/g/consumers/c1/assignments", "partition_id"));
    }

    [Fact]
    public async Task A_group_that_never_had_a_member_is_simple()
    {
        await using var node = await GroupNode.StartAsync();
        await node.SendAsync(
            HttpMethod.Post,
            "/api/v1/groups/g/offsets",
            """{"offsets":[{"topic":"orders","partition":0,"next_offset":1}]}""");
        await node.JoinAsync("c1", "other");
        await node.LeaveAsync("c1", "other");

        Assert.Equal(["g:True", "other:False"], (await node.GetAsync("consumer-groups")).Json.GetProperty("data")
            .EnumerateArray()
            .Select(static one => $"{one.GetProperty("consumer_group_id")}:{one.GetProperty("is_simple")}"));
    }

    private static async Task<string?> StateAsync(V3Node node) =>
        (await node.GetAsync("consumer-groups/g")).Json.GetProperty("state").GetString();

    private static Task<V3Node.Answer> FollowAsync(V3Node node, System.Text.Json.JsonElement link) =>
        node.GetAsync(new Uri(link.GetProperty("related").GetString()!).PathAndQuery);
}
