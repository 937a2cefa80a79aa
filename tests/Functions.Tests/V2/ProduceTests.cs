using Serverless.Functions.Api;
using Serverless.StorageEngine.Simulation;
using Serverless.StorageEngine.Storage;

namespace Serverless.Functions.Tests.V2;

public sealed class ProduceTests
{
    [Fact]
    public async Task Binary_records_are_answered_with_partition_and_offset_in_their_order()
    {
        await using var node = await V2Node.StartAsync();
        await node.Server.CreateTopicAsync("orders");
        await node.ProduceAsync("orders", 0, 10);

        var reply = await node.PostAsync(
            "/topics/orders",
            """{"records":[{"key":"a2V5","value":"aGVsbG8="},{"value":"d29ybGQ=","partition":0}]}""",
            V2Node.Binary,
            V2Node.V2);

        reply.Is(200, """
            {"offsets":[{"partition":0,"offset":10,"error_code":null,"error":null},
                        {"partition":0,"offset":11,"error_code":null,"error":null}],
             "key_schema_id":null,"value_schema_id":null}
            """);
        Assert.Null(reply.ProduceFailures);
    }

    [Fact]
    public async Task Json_records_go_to_the_partition_of_the_path_also_when_a_value_is_null()
    {
        await using var node = await V2Node.StartAsync();
        await node.Server.CreateTopicAsync("orders", 2);

        var reply = await node.PostAsync(
            "/topics/orders/partitions/1",
            """{"records":[{"key":{"id":1},"value":{"total":9.5}},{"key":{"id":2},"value":null}]}""",
            V2Node.Json);

        reply.Is(200, """
            {"offsets":[{"partition":1,"offset":0,"error_code":null,"error":null},
                        {"partition":1,"offset":1,"error_code":null,"error":null}],
             "key_schema_id":null,"value_schema_id":null}
            """);
    }

    [Theory]
    [InlineData("binary", V2Node.Binary)]
    [InlineData("json", V2Node.Json)]
    public async Task Nulls_are_stored_as_nulls(string format, string type)
    {
        await using var node = await V2Node.StartAsync();
        await node.Server.CreateTopicAsync("orders");
        await node.SubscribeAsync("c1", "\"orders\"", $",\"format\":\"{format}\"");

        (await node.PostAsync("/topics/orders", """{"records":[{"key":null,"value":null},{}]}""", type)).Is(200);

        (await node.GetAsync("/consumers/g/instances/c1/records", type)).Is(
            200,
            """
            [{"topic":"orders","key":null,"value":null,"partition":0,"offset":0},
             {"topic":"orders","key":null,"value":null,"partition":0,"offset":1}]
            """,
            type);
    }

    [Theory]
    [InlineData("""{"records":[]}""", 422, 422, "records must not be empty")]
    [InlineData("{}", 422, 422, "records must not be empty")]
    [InlineData("", 422, 422, "records must not be empty")]
    [InlineData("null", 422, 422, "records must not be empty")]
    [InlineData("""{"records":[{"value":"%%%"}]}""", 400, 400, " is not a valid base64 string.")]
    [InlineData("""{"records":[{"value":1}]}""", 400, 400, " is not a base64 string.")]
    [InlineData("{", 400, 400, "Bad Request: ")]
    [InlineData("""{"records":[{"value":"aGk="}]}x""", 400, 400, "Bad Request: ")]
    [InlineData("[]", 400, 400, "Bad Request: ")]
    [InlineData("""{"records":{}}""", 400, 400, "Bad Request: ")]
    [InlineData("""{"records":[1]}""", 400, 400, "Bad Request: ")]
    [InlineData("""{"records":[{"valu":"aGk="}]}""", 400, 400, "\"valu\"")]
    [InlineData("""{"records":[],"rest":1}""", 400, 400, "\"rest\"")]
    [InlineData("""{"records":[{"value":"aGk=","partition":"x"}]}""", 400, 400, "partition")]
    [InlineData("""{"records":[{"value":"aGk=","partition":1}]}""", 404, 40402, "Partition not found.")]
    [InlineData("""{"records":[{"value":"aGk=","partition":-1}]}""", 404, 40402, "Partition not found.")]
    [InlineData("""{"records":[{"value":"aGk=","partition":"1"}]}""", 404, 40402, "Partition not found.")]
    [InlineData("""{"records":[{"value":"aGk=","headers":[]}]}""", 400, 400, "known with ?ext=1")]
    [InlineData("""{"records":[{"value":"aGk=","timestamp":1}]}""", 400, 400, "known with ?ext=1")]
    public async Task A_request_that_breaks_a_rule_stores_nothing(
        string body, int status, int code, string message)
    {
        await using var node = await V2Node.StartAsync();
        await node.Server.CreateTopicAsync("orders");

        (await node.PostAsync("/topics/orders", body, V2Node.Binary)).Refuses(status, code, message);

        (await node.GetAsync("/topics/orders/partitions/0/offsets"))
            .Is(200, """{"beginning_offset":0,"end_offset":0}""");
    }

    [Fact]
    public async Task Plain_JSON_means_the_format_json()
    {
        await using var node = await V2Node.StartAsync();
        await node.Server.CreateTopicAsync("orders");

        (await node.PostAsync("/topics/orders", """{"records":[{"value":{"a":1}}]}""", V2Node.Plain)).Is(200);

        await node.SubscribeAsync("c1", "\"orders\"", ",\"format\":\"json\"");
        (await node.GetAsync("/consumers/g/instances/c1/records", V2Node.Json)).Is(
            200, """[{"topic":"orders","key":null,"value":{"a":1},"partition":0,"offset":0}]""", V2Node.Json);
    }

    [Theory]
    [InlineData("avro")]
    [InlineData("jsonschema")]
    [InlineData("protobuf")]
    public async Task A_format_with_schemas_stores_nothing_but_nulls(string format)
    {
        await using var node = await V2Node.StartAsync();
        await node.Server.CreateTopicAsync("orders");
        var type = $"application/vnd.kafka.{format}.v2+json";
        const string NoRegistry = "Payload error. Schema Registry must be configured when using schemas.";

        foreach (var schema in new[] { "\"value_schema\":\"{}\"", "\"value_schema_id\":1", "\"key_schema_id\":1" })
        {
            (await node.PostAsync("/topics/orders", $$"""{"records":[{"value":1}],{{schema}}}""", type))
                .Refuses(422, 42206, NoRegistry);
        }

        (await node.PostAsync("/topics/orders", """{"records":[{"key":1,"value":2}],"key_schema":null}""", type))
            .Refuses(422, 42201, "Request includes keys but does not include key schema");
        (await node.PostAsync("/topics/orders", """{"records":[{"value":null},{"value":2}]}""", type))
            .Refuses(422, 42202, "Request includes values but does not include value schema");
        (await node.GetAsync("/topics/orders/partitions/0/offsets"))
            .Is(200, """{"beginning_offset":0,"end_offset":0}""");
        (await node.PostAsync("/topics/orders", """{"records":[{"value":null}]}""", type)).Is(200);
    }

    [Fact]
    public async Task Only_the_v2_type_is_answered()
    {
        await using var node = await V2Node.StartAsync();
        await node.Server.CreateTopicAsync("orders");

        (await node.PostAsync("/topics/orders", """{"records":[{"value":"aGk="}]}""", V2Node.Binary, V2Node.Binary))
            .Refuses(406, 406, "HTTP 406 Not Acceptable", V2Node.Plain);
    }

    [Fact]
    public async Task What_is_not_there_takes_no_records()
    {
        await using var node = await V2Node.StartAsync();
        await node.Server.CreateTopicAsync("orders");
        const string Body = """{"records":[{"value":"aGk="}]}""";

        (await node.PostAsync("/topics/nope", Body, V2Node.Binary)).Refuses(404, 40401, "Topic not found.");
        (await node.PostAsync("/topics/orders/partitions/1", Body, V2Node.Binary))
            .Refuses(404, 40402, "Partition not found.");
        (await node.PostAsync(
                "/topics/orders/partitions/0", """{"records":[{"value":"aGk=","partition":0}]}""", V2Node.Binary))
            .Refuses(400, 400, "\"partition\"");
    }

    [Fact]
    public async Task Keys_that_differ_only_in_white_space_are_equal()
    {
        await using var node = await V2Node.StartAsync();
        await node.Server.CreateTopicAsync("orders", 64);
        const string Body = """{"records":[{"key":{"a":"x y","b":"\" "}},{"key": { "a" : "x y",	"b":"\" " } }]}""";

        var reply = await node.PostAsync("/topics/orders", Body, V2Node.Json);

        reply.Is(200);
        Assert.Equal(
            reply.Parsed["offsets"]![0]!["partition"]!.ToJsonString(),
            reply.Parsed["offsets"]![1]!["partition"]!.ToJsonString());
    }

    [Fact]
    public async Task Too_large_a_record_or_request_is_refused_whole()
    {
        await using var node = await V2Node.StartAsync(settings: new ApiSettings { RequestBytesMax = 4096 });
        await node.Server.CreateTopicAsync("small", 1, KeyValuePair.Create("max.message.bytes", (string?)"500"));
        await node.Server.CreateTopicAsync("orders");
        string Of(int length) => $$"""{"records":[{"value":"a"},{"value":"{{new string('x', length)}}"}]}""";

        (await node.PostAsync("/topics/small", Of(600), V2Node.Json)).Refuses(413, 413, "max.message.bytes");
        (await node.PostAsync("/topics/orders", Of(5000), V2Node.Json)).Refuses(413, 413, "");
        (await node.GetAsync("/topics/small/partitions/0/offsets"))
            .Is(200, """{"beginning_offset":0,"end_offset":0}""");
    }

    [Fact]
    public async Task A_record_that_the_storage_did_not_take_says_so_by_itself()
    {
        await using var node = await V2Node.StartAsync();
        await node.Server.CreateTopicAsync("orders", 2);
        await node.ProduceAsync("orders", 0, 1);
        await node.ProduceAsync("orders", 1, 1);
        node.Server.Segments.Interception.Before = static call =>
            call.Operation == StorageOperation.Append && call.Target.Contains("00000001/", StringComparison.Ordinal)
                ? throw new StorageUnavailableException("The storage is away.")
                : ValueTask.CompletedTask;

        var reply = await node.PostAsync(
            "/topics/orders", """{"records":[{"value":1,"partition":0},{"value":2,"partition":1}]}""", V2Node.Json);

        reply.Is(200);
        Assert.Equal("1", reply.ProduceFailures);
        Assert.Equal("1", reply.RetryAfter);
        Assert.Equal(
            """{"partition":0,"offset":1,"error_code":null,"error":null}""",
            reply.Parsed["offsets"]![0]!.ToJsonString());
        var failed = reply.Parsed["offsets"]![1]!;
        Assert.Null(failed["offset"]);
        Assert.Equal(50003, failed["error_code"]!.GetValue<int>());
    }
}
