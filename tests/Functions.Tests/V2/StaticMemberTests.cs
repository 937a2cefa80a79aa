namespace Serverless.Functions.Tests.V2;

/// <summary>What <c>group.instance.id</c> and <c>partition.assignment.strategy</c> do for a consumer.</summary>
public sealed class StaticMemberTests
{
    [Fact]
    public async Task A_consumer_that_leaves_and_comes_back_under_its_name_has_its_partitions_and_nobody_else_noticed()
    {
        await using var node = await NodeAsync();
        await node.SubscribeAsync("a1", "\"orders\"", ",\"group.instance.id\":\"host-a\"");
        await node.SubscribeAsync("b1", "\"orders\"", ",\"group.instance.id\":\"host-b\"");
        var (a, b) = await SettleAsync(node, "a1", "b1");

        (await node.SendAsync("DELETE", "/consumers/g/instances/a1")).Is(204);
        Assert.Equal(b, await AssignmentAsync(node, "b1"));
        await node.SubscribeAsync("a2", "\"orders\"", ",\"group.instance.id\":\"host-a\"");

        Assert.Equal(a, await AssignmentAsync(node, "a2"));
        Assert.Equal(b, await AssignmentAsync(node, "b1"));
        (await node.GetAsync("/consumers/g/instances/a1/records")).Refuses(404, 40403, "Consumer instance not found.");
    }

    [Fact]
    public async Task A_consumer_that_comes_back_before_its_former_life_has_ended_ends_it()
    {
        await using var node = await NodeAsync();
        await node.SubscribeAsync("a1", "\"orders\"", ",\"group.instance.id\":\"host-a\"");
        var before = await AssignmentAsync(node, "a1");

        await node.SubscribeAsync("a2", "\"orders\"", ",\"group.instance.id\":\"host-a\"");

        Assert.Equal(before, await AssignmentAsync(node, "a2"));
        (await node.GetAsync("/consumers/g/instances/a1/records")).Refuses(404, 40403, "Consumer instance not found.");
    }

    [Theory]
    [InlineData("range", "orders-0 orders-1 parcels-0 parcels-1")]
    [InlineData("roundrobin", "orders-0 orders-2 parcels-1")]
    public async Task The_assignor_that_the_consumers_prefer_shares_the_partitions_out(string assignor, string first)
    {
        await using var node = await NodeAsync();
        await node.Server.CreateTopicAsync("parcels", 3);
        const string Topics = "\"orders\",\"parcels\"";
        await node.SubscribeAsync("a", Topics, $",\"partition.assignment.strategy\":\"{assignor}\"");
        await node.SubscribeAsync("b", Topics, $",\"partition.assignment.strategy\":\"{assignor}\"");

        var (a, _) = await SettleAsync(node, "a", "b");

        Assert.Equal(first, a);
    }

    private static async Task<V2Node> NodeAsync()
    {
        var node = await V2Node.StartAsync();
        await node.Server.CreateTopicAsync("orders", 3);
        return node;
    }

    // An owner gives up in its next read what the other one takes in its own.
    private static async Task<(string First, string Second)> SettleAsync(V2Node node, string first, string second)
    {
        await node.ReadAsync(first);
        await node.ReadAsync(second);
        return (await AssignmentAsync(node, first), await AssignmentAsync(node, second));
    }

    private static async Task<string> AssignmentAsync(V2Node node, string instance)
    {
        var reply = await node.GetAsync($"/consumers/g/instances/{instance}/assignments");
        reply.Is(200);
        return string.Join(' ', reply.Parsed["partitions"]!.AsArray()
            .Select(static one => $"{one!["topic"]}-{one["partition"]}")
            .Order(StringComparer.Ordinal));
    }
}
