using System.Net;

namespace Serverless.Functions.Tests.V3.Groups;

/// <summary>What Confluent's API lacks.</summary>
public sealed class GroupChangeTests
{
    [Fact]
    public async Task A_group_is_deleted_when_it_has_no_members()
    {
        await using var node = await GroupNode.StartAsync();
        await node.JoinAsync("c1");

        (await node.SendAsync(HttpMethod.Delete, "consumer-groups/g"))
            .IsError(409, 40903, "Illegal state: The group has 1 members.");
        await node.LeaveAsync("c1");
        var deleted = await node.SendAsync(HttpMethod.Delete, "consumer-groups/g");

        Assert.Equal(HttpStatusCode.NoContent, deleted.Status);
        (await node.SendAsync(HttpMethod.Delete, "consumer-groups/g"))
            .IsError(404, 40405, "Consumer group id not found.");
        Assert.Empty(await node.ListAsync("consumer-groups", "consumer_group_id"));
    }

    [Fact]
    public async Task Offsets_are_reset()
    {
        await using var node = await GroupNode.StartAsync();
        await node.JoinAsync("c1");
        await node.CommitAsync("c1", partition: 0, offset: 1);
        (await node.PostAsync("consumer-groups/g/offsets:reset", """{"to":"earliest"}"""))
            .IsErrorLike(409, 40903, "Illegal state: The group has 1 members");
        await node.LeaveAsync("c1");

        var answer = await node.PostAsync("consumer-groups/g/offsets:reset", """{"to":"earliest"}""");

        var (id, url) = (node.ClusterId, $"{node.ClusterUrl}/consumer-groups/g");
        Assert.Equal(
            $$$"""
            {"kind":"KafkaConsumerGroupOffsetResetList","metadata":{"self":"{{{url}}}/offsets:reset","next":null},"data":[{"kind":"KafkaConsumerGroupOffsetReset","metadata":{"self":"{{{url}}}/lags/orders/partitions/0","resource_name":"crn:///kafka={{{id}}}/consumer-group=g/lag=orders/partition=0"},"cluster_id":"{{{id}}}","consumer_group_id":"g","topic_name":"orders","partition_id":0,"previous_offset":2,"current_offset":0,"log_start_offset":0,"log_end_offset":3,"is_clamped":false}]}
            """,
            answer.Body);
        Assert.Equal(["0"], await node.ListAsync("consumer-groups/g/lags", "current_offset"));
    }

    [Theory]
    [InlineData("""{"to":"middle"}""", 400, 400, "'to' is 'middle'")]
    [InlineData("{", 400, 400, "not well-formed JSON")]
    [InlineData("""{"to":"latest"}""", 404, 40405, "Consumer group id not found.")]
    [InlineData("""{"to":"latest","topics":[{"topic":"nope"}]}""", 404, 40403, "does not host")]
    public async Task A_reset_that_cannot_be_is_refused(string body, int status, int code, string message)
    {
        await using var node = await GroupNode.StartAsync();

        (await node.PostAsync("consumer-groups/nope/offsets:reset", body)).IsErrorLike(status, code, message);
    }
}
