namespace Serverless.Functions.Tests.V2.ErrorTable;

/// <summary>The rows of Confluent's error table about what a consumer, or a body beyond its syntax, asks for.</summary>
public sealed class ConsumerRowsTests
{
    private const string At = "/consumers/g/instances/c1";
    private const string Topics = """{"topics":["orders"]}""";
    private const string Pattern = """{"topic_pattern":"o.*"}""";
    private const string Partitions = """{"partitions":[{"topic":"orders","partition":0}]}""";

    [Fact]
    public async Task Of_40902_names_that_are_taken()
    {
        await using var node = await NodeAsync();

        (await node.PostAsync("/consumers/g", """{"name":"c1"}""")).Refuses(
            409, 40902, "Consumer with specified consumer ID already exists in the specified consumer group.");
        (await node.PostAsync("/consumers/g", """{"id":"c1","name":"c2"}""")).Refuses(409, 40902, "");
        (await node.PostAsync("/consumers/other", """{"name":"c1"}""")).Is(200);
    }

    [Theory]
    [InlineData("/subscription", Topics, "/subscription", Pattern)]
    [InlineData("/subscription", Pattern, "/subscription", Topics)]
    [InlineData("/subscription", Topics, "/assignments", Partitions)]
    [InlineData("/subscription", Pattern, "/assignments", Partitions)]
    [InlineData("/assignments", Partitions, "/subscription", Topics)]
    [InlineData("/assignments", Partitions, "/subscription", Pattern)]
    public async Task Of_40903_kinds_of_subscription_that_exclude_each_other(
        string first, string firstBody, string second, string secondBody)
    {
        await using var node = await NodeAsync();

        (await node.PostAsync(At + first, firstBody)).Is(204);
        (await node.PostAsync(At + second, secondBody)).Refuses(
            409,
            40903,
            "Illegal state: Subscription to topics, partitions and pattern are mutually exclusive");
        (await node.SendAsync("DELETE", At + "/subscription")).Is(204);
        (await node.PostAsync(At + second, secondBody)).Is(204);
    }

    [Theory]
    [InlineData("/positions", """{"offsets":[{"topic":"orders","partition":1,"offset":0}]}""")]
    [InlineData("/positions", """{"timestamps":[{"topic":"orders","partition":1,"timestamp":"2020-01-01"}]}""")]
    [InlineData("/positions/beginning", """{"partitions":[{"topic":"orders","partition":1}]}""")]
    [InlineData("/positions/end", """{"partitions":[{"topic":"orders","partition":1}]}""")]
    public async Task Of_40903_seeks_in_partitions_that_are_not_assigned(string path, string body)
    {
        await using var node = await NodeAsync();
        (await node.PostAsync(At + "/assignments", Partitions)).Is(204);

        (await node.PostAsync(At + path, body))
            .Refuses(409, 40903, "Illegal state: No current assignment for partition orders-1");
    }

    [Fact]
    public async Task Of_40903_reads_without_a_subscription()
    {
        await using var node = await NodeAsync();

        (await node.GetAsync(At + "/records")).Refuses(
            409, 40903, "Illegal state: Consumer is not subscribed to any topics or assigned any partitions");
    }

    [Theory]
    [InlineData("/topics/orders", "{}", "records must not be empty")]
    [InlineData("/topics/orders", """{"records":[]}""", "records must not be empty")]
    [InlineData("/topics/orders", "", "records must not be empty")]
    [InlineData("/consumers/g", """{"format":"xml"}""", "Invalid format type.")]
    [InlineData("/consumers/g", """{"format":"avro"}""", "Invalid format type. Formats with schemas need")]
    [InlineData(At + "/subscription", "", "The request needs a body.")]
    [InlineData(At + "/assignments", "", "The request needs a body.")]
    [InlineData(At + "/positions", "", "The request needs a body.")]
    [InlineData(At + "/positions/beginning", "", "The request needs a body.")]
    [InlineData(At + "/positions/end", "", "The request needs a body.")]
    public async Task Of_422_bodies_that_break_a_rule(string path, string body, string message)
    {
        await using var node = await NodeAsync();

        (await node.PostAsync(path, body, V2Node.Binary)).Refuses(422, 422, message);
    }

    [Theory]
    [InlineData("""{"fetch.min.bytes":-2}""", "fetch.min.bytes must be between -1 and 10000000, and is -2.")]
    [InlineData("""{"fetch.min.bytes":10000001}""", "10000001")]
    [InlineData("""{"responseMinBytes":"-2"}""", "fetch.min.bytes must be between -1 and 10000000, and is -2.")]
    [InlineData("""{"consumer.request.timeout.ms":2147483648}""", "consumer.request.timeout.ms must be at most")]
    [InlineData("""{"requestWaitMs":9223372036854775807}""", "9223372036854775807")]
    public async Task Of_40001_numbers_out_of_range(string body, string detail)
    {
        await using var node = await NodeAsync();

        var reply = await node.PostAsync("/consumers/g", body);

        reply.Refuses(422, 40001, "Invalid consumer configuration. It does not abide by the constraints: ");
        reply.Refuses(422, 40001, detail);
    }

    [Fact]
    public async Task Of_42201_42202_and_42206_schemas_without_a_registry()
    {
        await using var node = await NodeAsync();
        const string Avro = "application/vnd.kafka.avro.v2+json";

        (await node.PostAsync("/topics/orders", """{"records":[{"key":"k"}]}""", Avro))
            .Refuses(422, 42201, "Request includes keys but does not include key schema");
        (await node.PostAsync("/topics/orders", """{"records":[{"value":"v"}]}""", Avro))
            .Refuses(422, 42202, "Request includes values but does not include value schema");
        (await node.PostAsync("/topics/orders", """{"records":[{"value":"v"}],"value_schema_id":1}""", Avro))
            .Refuses(422, 42206, "Payload error. Schema Registry must be configured when using schemas.");
    }

    [Theory]
    [InlineData("""{"auto.offset.reset":"foo"}""", "Invalid value foo for configuration auto.offset.reset: it must be")]
    [InlineData("""{"auto.commit.enable":"maybe"}""", "Invalid value maybe for configuration enable.auto.commit: ")]
    [InlineData(
        """{"partition.assignment.strategy":"sticky"}""", "it must be one of: cooperative-sticky, range, roundrobin.")]
    [InlineData("""{"group.instance.id":""}""", "Invalid value  for configuration group.instance.id: ")]
    [InlineData("""{"name":"a/b"}""", "name: ")]
    public async Task Of_42204_settings_that_Kafka_refuses(string body, string detail)
    {
        await using var node = await NodeAsync();

        var reply = await node.PostAsync("/consumers/g", body);

        reply.Refuses(422, 42204, "Invalid consumer configuration: ");
        reply.Refuses(422, 42204, detail);
    }

    private static async Task<V2Node> NodeAsync()
    {
        var node = await V2Node.StartAsync();
        await node.Server.CreateTopicAsync("orders", 2);
        (await node.PostAsync("/consumers/g", """{"name":"c1"}""")).Is(200);
        return node;
    }
}
