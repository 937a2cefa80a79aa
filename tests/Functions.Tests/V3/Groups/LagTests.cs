namespace Serverless.Functions.Tests.V3.Groups;

public sealed class LagTests
{
    [Fact]
    public async Task The_lag_of_a_partition_is_what_lies_behind_the_committed_offset()
    {
        await using var node = await GroupNode.StartAsync();
        await node.JoinAsync("c1", more: ",\"group.instance.id\":\"desk\"");
        await node.CommitAsync("c1", partition: 0, offset: 0);

        var answer = await node.GetAsync("consumer-groups/g/lags/orders/partitions/0");

        var (id, url) = (node.ClusterId, $"{node.ClusterUrl}/consumer-groups/g/lags/orders/partitions/0");
        Assert.Equal(
            $$$"""
            {"kind":"KafkaConsumerLag","metadata":{"self":"{{{url}}}","resource_name":"crn:///kafka={{{id}}}/consumer-group=g/lag=orders/partition=0"},"cluster_id":"{{{id}}}","consumer_group_id":"g","topic_name":"orders","partition_id":0,"consumer_id":"c1","instance_id":"desk","client_id":"c1","current_offset":1,"log_end_offset":3,"lag":2}
            """,
            answer.Body);
    }

    [Fact]
    public async Task Only_partitions_with_a_committed_offset_are_listed()
    {
        await using var node = await GroupNode.StartAsync();
        await node.JoinAsync("c1");
        Assert.Empty(await node.ListAsync("consumer-groups/g/lags", "lag"));

        await node.CommitAsync("c1", partition: 1, offset: 1);

        Assert.Equal(["0"], await node.ListAsync("consumer-groups/g/lags", "lag"));
        Assert.Equal(["1"], await node.ListAsync("consumer-groups/g/lags", "partition_id"));
    }

    [Fact]
    public async Task A_partition_of_nobody_has_a_lag_and_no_consumer()
    {
        await using var node = await GroupNode.StartAsync();
        await node.JoinAsync("c1");
        await node.CommitAsync("c1", partition: 0, offset: 0);
        await node.LeaveAsync("c1");

        Assert.Equal([""], await node.ListAsync("consumer-groups/g/lags", "consumer_id"));
        Assert.Equal(["2"], await node.ListAsync("consumer-groups/g/lags", "lag"));
    }

    [Fact]
    public async Task The_summary_names_the_greatest_lag_and_the_sum()
    {
        await using var node = await GroupNode.StartAsync();
        await node.JoinAsync("c1");
        await node.CommitAsync("c1", partition: 0, offset: 1);
        await node.CommitAsync("c1", partition: 1, offset: 0);
        await node.PostAsync("topics/orders/records", """{"partition_id":1}""");

        var answer = await node.GetAsync("consumer-groups/g/lag-summary");

        var (id, url) = (node.ClusterId, $"{node.ClusterUrl}/consumer-groups/g");
        Assert.Equal(
            $$$"""
            {"kind":"KafkaConsumerGroupLagSummary","metadata":{"self":"{{{url}}}/lag-summary","resource_name":"crn:///kafka={{{id}}}/consumer-group=g/lag-summary"},"cluster_id":"{{{id}}}","consumer_group_id":"g","max_lag_consumer_id":"c1","max_lag_instance_id":null,"max_lag_client_id":"c1","max_lag_topic_name":"orders","max_lag_partition_id":1,"max_lag":2,"total_lag":3,"max_lag_consumer":{"related":"{{{url}}}/consumers/c1"},"max_lag_partition":{"related":"{{{node.ClusterUrl}}}/topics/orders/partitions/1"}}
            """,
            answer.Body);
    }

    [Fact]
    public async Task A_group_that_has_committed_nothing_lags_nowhere()
    {
        await using var node = await GroupNode.StartAsync();
        await node.JoinAsync("c1");

        var summary = (await node.GetAsync("consumer-groups/g/lag-summary")).Json;

        Assert.Equal(0, summary.GetProperty("total_lag").GetInt64());
        Assert.Equal(System.Text.Json.JsonValueKind.Null, summary.GetProperty("max_lag_partition").ValueKind);
    }
}
