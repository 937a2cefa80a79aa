namespace Serverless.Functions.Tests.V2;

/// <summary>What clients of the REST Proxy v1 send.</summary>
public sealed class FirstVersionTests
{
    private const string V1 = "application/vnd.kafka.v1+json";
    private const string BinaryV1 = "application/vnd.kafka.binary.v1+json";
    private const string Accepts = V1 + ", application/vnd.kafka+json; q=0.9, application/json; q=0.8";

    [Fact]
    public async Task Records_of_a_plain_v1_type_are_base64()
    {
        await using var node = await V2Node.StartAsync();
        await node.Server.CreateTopicAsync("orders");

        var sent = await node.PostAsync("/topics/orders", """{"records":[{"value":"/wAH"}]}""", V1, Accepts);

        sent.Is(200);
        await JoinAsync(node, "a");
        (await node.GetAsync("/consumers/g/instances/a/topics/orders", BinaryV1)).Is(
            200,
            """[{"topic":"orders","key":null,"value":"/wAH","partition":0,"offset":0}]""",
            "application/vnd.kafka.binary.v2+json");
    }

    [Fact]
    public async Task Json_of_v1_is_json()
    {
        await using var node = await V2Node.StartAsync();
        await node.Server.CreateTopicAsync("orders");

        (await node.PostAsync("/topics/orders", """{"records":[{"value":{"a":1}}]}""", "application/vnd.kafka.json.v1+json"))
            .Is(200);
    }

    [Fact]
    public async Task An_instance_reads_one_topic_by_its_name()
    {
        await using var node = await V2Node.StartAsync();
        await node.Server.CreateTopicAsync("orders");
        await node.Server.CreateTopicAsync("bills");
        await JoinAsync(node, "a");
        (await node.GetAsync("/consumers/g/instances/a/topics/orders?timeout=1", BinaryV1)).Is(200);

        (await node.GetAsync("/consumers/g/instances/a/topics/bills?timeout=1", BinaryV1))
            .Refuses(409, 40901, "it has already subscribed to other topics");
        (await node.GetAsync("/consumers/g/instances/b/topics/orders?timeout=1", BinaryV1))
            .Refuses(404, 40403, "Consumer instance not found.");
    }

    private static async Task JoinAsync(V2Node node, string instance) => (await node.PostAsync(
        "/consumers/g",
        $$"""{"id":"{{instance}}","format":"binary","auto.offset.reset":"smallest","auto.commit.enable":"true"}""",
        V1,
        Accepts)).Is(200);
}
