namespace Serverless.Functions.Tests.V2;

public sealed class MetadataTests
{
    [Fact]
    public async Task The_root_answers_an_empty_object()
    {
        await using var node = await V2Node.StartAsync();

        (await node.GetAsync("/")).Is(200, "{}");
        (await node.PostAsync("/")).Is(200, "{}");
    }

    [Fact]
    public async Task One_broker_stands_for_all_nodes()
    {
        await using var node = await V2Node.StartAsync();

        (await node.GetAsync("/brokers")).Is(200, """{"brokers":[0]}""");
    }

    [Fact]
    public async Task Topics_are_listed_by_name()
    {
        await using var node = await V2Node.StartAsync();
        (await node.GetAsync("/topics")).Is(200, "[]");
        await node.Server.CreateTopicAsync("b");
        await node.Server.CreateTopicAsync("a");

        (await node.GetAsync("/topics", V2Node.V2)).Is(200, """["a","b"]""");
    }

    [Fact]
    public async Task A_topic_has_its_settings_and_partitions()
    {
        await using var node = await V2Node.StartAsync();
        await node.Server.CreateTopicAsync("orders", 2);

        var reply = await node.GetAsync("/topics/orders", V2Node.V2);

        reply.Is(200);
        Assert.Equal(["name", "configs", "partitions"], reply.Parsed.AsObject().Select(static one => one.Key));
        Assert.Equal("604800000", reply.Parsed["configs"]!["retention.ms"]!.GetValue<string>());
        const string First = """{"partition":0,"leader":0,"replicas":[{"broker":0,"leader":true,"in_sync":true}]}""";
        Assert.Equal(First, reply.Parsed["partitions"]![0]!.ToJsonString());
        (await node.GetAsync("/topics/orders/partitions/0")).Is(200, First);
        (await node.GetAsync("/topics/orders/partitions"))
            .Is(200, $"[{First},{First.Replace("\"partition\":0", "\"partition\":1", StringComparison.Ordinal)}]");
    }

    [Fact]
    public async Task What_is_not_there_is_not_found()
    {
        await using var node = await V2Node.StartAsync();
        await node.Server.CreateTopicAsync("orders");

        foreach (var path in new[] { "/topics/nope", "/topics/nope/partitions", "/topics/nope/partitions/0",
            "/topics/nope/partitions/0/offsets", "/topics/not%20a%20name" })
        {
            (await node.GetAsync(path)).Refuses(404, 40403, "This server does not host this topic-partition.");
        }

        foreach (var path in new[] { "/topics/orders/partitions/1", "/topics/orders/partitions/-1",
            "/topics/orders/partitions/x/offsets", "/topics/orders/partitions/99999999999" })
        {
            (await node.GetAsync(path)).Refuses(404, 40402, "Partition not found.");
        }
    }

    [Fact]
    public async Task A_partition_has_a_beginning_and_an_end()
    {
        await using var node = await V2Node.StartAsync();
        await node.Server.CreateTopicAsync("orders");
        await node.ProduceAsync("orders", 0, 3);

        (await node.GetAsync("/topics/orders/partitions/0/offsets"))
            .Is(200, """{"beginning_offset":0,"end_offset":3}""");
    }

    [Theory]
    [InlineData("/topics")]
    [InlineData("/brokers")]
    public async Task A_client_that_accepts_only_other_types_gets_406(string path)
    {
        await using var node = await V2Node.StartAsync();

        (await node.GetAsync(path, V2Node.Plain)).Refuses(406, 406, "HTTP 406 Not Acceptable", V2Node.Plain);
        (await node.GetAsync(path, "*/*")).Is(200);
    }

    [Fact]
    public async Task Routes_and_methods_that_are_not_there_say_so()
    {
        await using var node = await V2Node.StartAsync();

        (await node.SendAsync("DELETE", "/topics/orders"))
            .Refuses(405, 405, "HTTP 405 Method Not Allowed", V2Node.Plain);
        (await node.GetAsync("/consumers/g/nothing")).Refuses(404, 404, "HTTP 404 Not Found", V2Node.Plain);
    }
}
