namespace Serverless.Functions.Tests.V3.Groups;

public sealed class ConsumerTests
{
    [Fact]
    public async Task Members_are_listed_and_described()
    {
        await using var node = await GroupNode.StartAsync();
        await node.JoinAsync("c1");
        await node.JoinAsync("c2", more: ",\"group.instance.id\":\"desk\"");

        var (id, url) = (node.ClusterId, $"{node.ClusterUrl}/consumer-groups/g/consumers/c2");
        Assert.Equal(["c1", "c2"], await node.ListAsync("consumer-groups/g/consumers", "consumer_id"));
        Assert.Equal(
            $$$"""
            {"kind":"KafkaConsumer","metadata":{"self":"{{{url}}}","resource_name":"crn:///kafka={{{id}}}/consumer-group=g/consumer=c2"},"cluster_id":"{{{id}}}","consumer_group_id":"g","consumer_id":"c2","instance_id":"desk","client_id":"c2","assignments":{"related":"{{{url}}}/assignments"}}
            """,
            (await node.GetAsync("consumer-groups/g/consumers/c2")).Body);
    }

    [Fact]
    public async Task The_partitions_of_a_member_are_listed_and_described()
    {
        await using var node = await GroupNode.StartAsync();
        await node.JoinAsync("c1");

        var list = await node.ListAsync("consumer-groups/g/consumers/c1/assignments", "partition_id");
        var one = await node.GetAsync("consumer-groups/g/consumers/c1/assignments/orders/partitions/1");

        var (id, url) = (node.ClusterId, $"{node.ClusterUrl}/consumer-groups/g");
        Assert.Equal(["0", "1"], list);
        Assert.Equal(
            $$$"""
            {"kind":"KafkaConsumerAssignment","metadata":{"self":"{{{url}}}/consumers/c1/assignments/orders/partitions/1","resource_name":"crn:///kafka={{{id}}}/consumer-group=g/consumer=c1/assignment=orders/partition=1"},"cluster_id":"{{{id}}}","consumer_group_id":"g","consumer_id":"c1","topic_name":"orders","partition_id":1,"partition":{"related":"{{{node.ClusterUrl}}}/topics/orders/partitions/1"},"lag":{"related":"{{{url}}}/lags/orders/partitions/1"}}
            """,
            one.Body);
    }

    [Fact]
    public async Task A_partition_is_the_old_members_until_it_gives_it_up()
    {
        await using var node = await GroupNode.StartAsync();
        await node.JoinAsync("c1");
        await node.JoinAsync("c2");

        Assert.Equal(["0", "1"], await node.ListAsync("consumer-groups/g/consumers/c1/assignments", "partition_id"));
        Assert.Empty(await node.ListAsync("consumer-groups/g/consumers/c2/assignments", "partition_id"));
        await node.PollAsync("c1");
        await node.PollAsync("c2");
        Assert.Single(await node.ListAsync("consumer-groups/g/consumers/c1/assignments", "partition_id"));
        Assert.Single(await node.ListAsync("consumer-groups/g/consumers/c2/assignments", "partition_id"));
    }
}
