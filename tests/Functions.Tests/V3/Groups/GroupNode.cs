using System.Net;

namespace Serverless.Functions.Tests.V3.Groups;

/// <summary>A node with consumer groups, made over REST Proxy v2.</summary>
internal static class GroupNode
{
    /// <summary>Starts a node with the topic <c>orders</c> of two partitions, three and two records in them.</summary>
    public static async Task<V3Node> StartAsync()
    {
        var node = await V3Node.StartAsync();
        await node.Server.CreateTopicAsync("orders", partitions: 2);
        await node.PostAsync("topics/orders/records", """{"partition_id":0}{"partition_id":0}{"partition_id":0}""");
        await node.PostAsync("topics/orders/records", """{"partition_id":1}{"partition_id":1}""");
        return node;
    }

    /// <summary>Adds a member, and lets it take what is its own by now.</summary>
    public static async Task JoinAsync(this V3Node node, string member, string group = "g", string more = "")
    {
        await node.V2Async(
            $"/consumers/{Escaped(group)}",
            $$"""{"name":"{{member}}","auto.offset.reset":"earliest","auto.commit.enable":"false"{{more}}}""");
        await node.V2Async(
            $"/consumers/{Escaped(group)}/instances/{Escaped(member)}/subscription", """{"topics":["orders"]}""");
        await node.PollAsync(member, group);
    }

    /// <summary>Lets a member read.</summary>
    public static async Task PollAsync(this V3Node node, string member, string group = "g")
    {
        var read = await node.GetAsync($"/consumers/{Escaped(group)}/instances/{Escaped(member)}/records?timeout=1");
        Assert.Equal(HttpStatusCode.OK, read.Status);
    }

    /// <summary>Commits that a member has processed the record at an offset.</summary>
    public static Task CommitAsync(this V3Node node, string member, int partition, long offset, string group = "g") =>
        node.V2Async(
            $"/consumers/{Escaped(group)}/instances/{Escaped(member)}/offsets",
            $$"""{"offsets":[{"topic":"orders","partition":{{partition}},"offset":{{offset}}}]}""");

    /// <summary>Takes a member away.</summary>
    public static async Task LeaveAsync(this V3Node node, string member, string group = "g") => Assert.Equal(
        HttpStatusCode.NoContent,
        (await node.SendAsync(HttpMethod.Delete, $"/consumers/{Escaped(group)}/instances/{Escaped(member)}")).Status);

    /// <summary>The value of a member in each resource of a list.</summary>
    public static async Task<string[]> ListAsync(this V3Node node, string path, string member) =>
    [
        .. (await node.GetAsync(path)).Json.GetProperty("data").EnumerateArray()
            .Select(one => one.GetProperty(member).ToString()),
    ];

    private static string Escaped(string name) => Uri.EscapeDataString(name);

    private static async Task V2Async(this V3Node node, string path, string body)
    {
        var answer = await node.SendAsync(HttpMethod.Post, path, body, "application/vnd.kafka.v2+json");
        Assert.True((int)answer.Status is 200 or 204, answer.Body);
    }
}
