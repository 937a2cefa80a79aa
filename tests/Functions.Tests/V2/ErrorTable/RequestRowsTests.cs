using Serverless.Functions.Api;

namespace Serverless.Functions.Tests.V2.ErrorTable;

/// <summary>
/// The rows of Confluent's error table about the request itself: status, code and form of the message. What no
/// row here says cannot happen; <c>functions/README.md</c> says why.
/// </summary>
public sealed class RequestRowsTests
{
    private const string At = "/consumers/g/instances/c1";
    private const string Record = """{"records":[{"value":"aGk="}]}""";

    public static TheoryData<string, string, string?> InstanceRoutes => new()
    {
        { "DELETE", "", null },
        { "POST", "/subscription", """{"topics":["orders"]}""" },
        { "POST", "/subscription", """{"topic_pattern":"o.*"}""" },
        { "POST", "/subscription", "{}" },
        { "GET", "/subscription", null },
        { "DELETE", "/subscription", null },
        { "POST", "/assignments", """{"partitions":[{"topic":"orders","partition":0}]}""" },
        { "GET", "/assignments", null },
        { "POST", "/positions", """{"offsets":[{"topic":"orders","partition":0,"offset":0}]}""" },
        { "POST", "/positions", """{"timestamps":[{"topic":"orders","partition":0,"timestamp":"2020-01-01"}]}""" },
        { "POST", "/positions/beginning", """{"partitions":[{"topic":"orders","partition":0}]}""" },
        { "POST", "/positions/end", """{"partitions":[{"topic":"orders","partition":0}]}""" },
        { "GET", "/records", null },
        { "POST", "/offsets", null },
        { "POST", "/offsets", """{"offsets":[{"topic":"orders","partition":0,"offset":0}]}""" },
        { "GET", "/offsets", """{"partitions":[{"topic":"orders","partition":0}]}""" },
        { "GET", "/offsets?topic=orders", null },
    };

    [Theory]
    [InlineData("/topics/orders", "{", "not well-formed JSON")]
    [InlineData("/topics/orders", """{"records":[{"valeu":"aGk="}]}""", "\"valeu\"")]
    [InlineData("/topics/orders", """{"records":"x"}""", "must be an array")]
    [InlineData("/topics/orders", """{"records":[{"value":"%%%"}]}""", "\"%%%\" is not a valid base64 string.")]
    [InlineData("/consumers/g", "{", "not well-formed JSON")]
    [InlineData("/consumers/g", """{"fromat":"json"}""", "$.fromat")]
    [InlineData(At + "/subscription", """{"topics":1}""", "$.topics")]
    public async Task Of_400_malformed_bodies(string path, string body, string detail)
    {
        await using var node = await NodeAsync();

        var reply = await node.PostAsync(path, body, V2Node.Binary);

        reply.Refuses(400, 400, detail);
        Assert.StartsWith("Bad Request: ", reply.Parsed["message"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_40002_names_and_metadata_that_Kafka_does_not_allow()
    {
        await using var node = await NodeAsync();
        var metadata = new string('m', 4_097);

        (await node.PostAsync(At + "/subscription", """{"topics":["a b"]}"""))
            .Refuses(400, 40002, "Invalid topics: [a b]");
        (await node.PostAsync("/consumers/" + new string('g', 256))).Refuses(400, 40002, "255");
        (await node.PostAsync(
                At + "/offsets",
                $$"""{"offsets":[{"topic":"orders","partition":0,"offset":0,"metadata":"{{metadata}}"}]}"""))
            .Refuses(400, 40002, "The metadata has 4097 characters; 4096 are allowed.");
    }

    [Theory]
    [InlineData("GET", "/consumers/g/nothing")]
    [InlineData("GET", At + "/nothing")]
    [InlineData("GET", "/topics/orders/nothing")]
    [InlineData("POST", At + "/positions/middle")]
    public async Task Of_404_routes_that_are_not_there(string method, string path)
    {
        await using var node = await NodeAsync();

        (await node.SendAsync(method, path)).Refuses(404, 404, "HTTP 404 Not Found", V2Node.Plain);
    }

    [Theory]
    [InlineData("/topics/nope")]
    [InlineData("/topics/nope/partitions/0")]
    [InlineData("/topics/not%20a%20name")]
    public async Task Of_40401_topics_that_take_no_records_because_they_are_not_there(string path)
    {
        await using var node = await NodeAsync();

        (await node.PostAsync(path, Record, V2Node.Binary)).Refuses(404, 40401, "Topic not found.");
    }

    [Fact]
    public async Task Of_40402_partitions_that_are_not_there()
    {
        await using var node = await NodeAsync();

        (await node.GetAsync("/topics/orders/partitions/1")).Refuses(404, 40402, "Partition not found.");
        (await node.PostAsync("/topics/orders/partitions/1", Record, V2Node.Binary))
            .Refuses(404, 40402, "Partition not found.");
        (await node.GetAsync(At + "/offsets")).Refuses(404, 40402, "Partition not found.");
    }

    [Theory]
    [MemberData(nameof(InstanceRoutes))]
    public async Task Of_40403_instances_that_are_not_there(string method, string path, string? body)
    {
        await using var node = await NodeAsync();

        foreach (var instance in new[] { "c2", new string('c', 256) })
        {
            (await node.SendAsync(method, $"/consumers/g/instances/{instance}{path}", body))
                .Refuses(404, 40403, "Consumer instance not found.");
        }

        (await node.SendAsync(method, $"/consumers/other/instances/c1{path}", body))
            .Refuses(404, 40403, "Consumer instance not found.");
    }

    [Theory]
    [InlineData("/topics/nope")]
    [InlineData("/topics/nope/partitions")]
    [InlineData("/topics/nope/partitions/0")]
    [InlineData("/topics/nope/partitions/0/offsets")]
    public async Task Of_40403_topics_that_are_not_there(string path)
    {
        await using var node = await NodeAsync();

        (await node.GetAsync(path)).Refuses(404, 40403, "This server does not host this topic-partition.");
    }

    [Theory]
    [InlineData("DELETE", "/topics/orders")]
    [InlineData("PUT", "/topics")]
    [InlineData("DELETE", "/brokers")]
    [InlineData("GET", "/consumers/g")]
    [InlineData("PUT", At + "/subscription")]
    [InlineData("DELETE", At + "/assignments")]
    [InlineData("GET", At + "/positions")]
    [InlineData("POST", At + "/records")]
    [InlineData("DELETE", At + "/offsets")]
    public async Task Of_405_methods_that_a_route_does_not_have(string method, string path)
    {
        await using var node = await NodeAsync();

        (await node.SendAsync(method, path)).Refuses(405, 405, "HTTP 405 Method Not Allowed", V2Node.Plain);
    }

    [Fact]
    public async Task Of_406_and_40601_answers_that_the_client_does_not_take()
    {
        await using var node = await NodeAsync();

        (await node.GetAsync("/topics", V2Node.Plain)).Refuses(406, 406, "HTTP 406 Not Acceptable", V2Node.Plain);
        (await node.GetAsync(At + "/records", V2Node.Json)).Refuses(
            406,
            40601,
            "The requested embedded data format does not match the deserializer for this consumer instance");
    }

    [Fact]
    public async Task Of_40801_records_that_cannot_be_shown()
    {
        await using var node = await V2Node.StartAsync();
        var topic = await node.Server.CreateTopicAsync("orders");
        await node.AppendAsync(topic, [0xff]);
        await node.SubscribeAsync("c1", "\"orders\"", ",\"format\":\"json\"");

        (await node.GetAsync(At + "/records", V2Node.Json)).Refuses(
            408, 40801, "Error deserializing key/value for partition orders-0 at offset 0: ");
    }

    [Fact]
    public async Task Of_413_records_and_requests_that_are_too_large()
    {
        await using var node = await V2Node.StartAsync(settings: new ApiSettings { RequestBytesMax = 4096 });
        await node.Server.CreateTopicAsync("small", 1, KeyValuePair.Create("max.message.bytes", (string?)"500"));
        string Of(int length) => $$"""{"records":[{"value":"{{new string('x', length)}}"}]}""";

        (await node.PostAsync("/topics/small", Of(600), V2Node.Json))
            .Refuses(413, 413, "the topic's max.message.bytes is 500");
        (await node.PostAsync("/topics/small", Of(5000), V2Node.Json)).Refuses(413, 413, "at most 4096 are accepted");
    }

    [Theory]
    [InlineData("/topics/orders", "text/plain", "application/json are possible.")]
    [InlineData("/topics/orders", V2Node.V2, "application/json are possible.")]
    [InlineData("/topics/orders", "application/octet-stream", "application/json are possible.")]
    [InlineData("/topics/orders", "application/vnd.kafka.binary.v3+json", "application/json are possible.")]
    [InlineData("/topics/orders", null, "the Content-Type is '';")]
    [InlineData(At + "/subscription", "application/json", "application/vnd.kafka.v2+json, ")]
    [InlineData(At + "/offsets", "text/plain", "application/vnd.kafka.v2+json, ")]
    public async Task Of_415_bodies_of_a_type_that_the_route_does_not_take(string path, string? type, string detail)
    {
        await using var node = await NodeAsync();

        var reply = await node.PostAsync(path, Record, type);

        reply.Refuses(415, 415, "HTTP 415 Unsupported Media Type: the Content-Type is '", V2Node.Plain);
        reply.Refuses(415, 415, detail, V2Node.Plain);
    }

    private static async Task<V2Node> NodeAsync()
    {
        var node = await V2Node.StartAsync();
        await node.Server.CreateTopicAsync("orders");
        await node.SubscribeAsync("c1", "\"orders\"");
        return node;
    }
}
