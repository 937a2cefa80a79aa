using Serverless.Functions.Api;

namespace Serverless.Functions.Tests.V2;

/// <summary>What the v2 API has beyond Confluent's.</summary>
public sealed class ExtensionTests
{
    private const string Records = "/consumers/g/instances/c1/records";

    private const string Body = """
        {"records":[{"value":"aGk=","headers":[{"name":"h","value":"x"},{"name":"b","base64":"/w=="}],"timestamp":1000},
                    {"value":"aGk=","headers":{"t":"y"},"timestamp":"1970-01-01T00:00:02Z"},
                    {"value":"aGk=","headers":null,"timestamp":3000}]}
        """;

    [Theory]
    [InlineData("/topics/orders?ext=1", V2Node.Binary)]
    [InlineData("/topics/orders/partitions/0?ext=1", V2Node.Binary)]
    [InlineData("/topics/orders", "application/vnd.kafka.binary.v2+json; ext=1")]
    public async Task Headers_and_timestamps_are_stored_and_shown_to_who_asks(string path, string type)
    {
        await using var node = await V2Node.StartAsync();
        await node.Server.CreateTopicAsync("orders");
        await node.SubscribeAsync("c1", "\"orders\"");

        (await node.PostAsync(path, Body, type)).Is(200);

        (await node.GetAsync($"{Records}?include=headers,%20timestamp")).Is(
            200,
            """
            [{"topic":"orders","key":null,"value":"aGk=","partition":0,"offset":0,
              "timestamp":1000,"headers":[{"name":"h","value":"x"},{"name":"b","base64":"/w=="}]},
             {"topic":"orders","key":null,"value":"aGk=","partition":0,"offset":1,
              "timestamp":2000,"headers":[{"name":"t","value":"y"}]},
             {"topic":"orders","key":null,"value":"aGk=","partition":0,"offset":2,"timestamp":3000,"headers":[]}]
            """,
            V2Node.Binary);
    }

    [Theory]
    [InlineData("", """{"topic":"orders","key":null,"value":"aGk=","partition":0,"offset":0}""")]
    [InlineData("?include=", """{"topic":"orders","key":null,"value":"aGk=","partition":0,"offset":0}""")]
    [InlineData(
        "?include=timestamp", """{"topic":"orders","key":null,"value":"aGk=","partition":0,"offset":0,"timestamp":5}""")]
    [InlineData(
        "?include=headers", """{"topic":"orders","key":null,"value":"aGk=","partition":0,"offset":0,"headers":[]}""")]
    public async Task Only_what_was_asked_for_is_shown(string query, string record)
    {
        await using var node = await V2Node.StartAsync();
        await node.Server.CreateTopicAsync("orders");
        await node.PostAsync("/topics/orders?ext=1", """{"records":[{"value":"aGk=","timestamp":5}]}""", V2Node.Binary);
        await node.SubscribeAsync("c1", "\"orders\"");

        (await node.GetAsync(Records + query)).Is(200, $"[{record}]", V2Node.Binary);
    }

    [Theory]
    [InlineData("""{"value":"aGk=","headers":5}""", 400, 400, "'headers' is '5'")]
    [InlineData("""{"value":"aGk=","headers":[{"value":"x"}]}""", 400, 400, "a header has no name")]
    [InlineData("""{"value":"aGk=","timestamp":"soon"}""", 400, 400, "'timestamp' is '\"soon\"'")]
    [InlineData("""{"value":"aGk=","timestamp":-1}""", 422, 42206, "Payload error. The timestamp -1")]
    [InlineData("""{"value":"aGk=","headers":{"a":"","b":"","c":""}}""", 400, 400, "more than 2 headers")]
    [InlineData("""{"value":"aGk=","when":1}""", 400, 400, "\"when\" of a record is unknown")]
    public async Task A_header_or_timestamp_that_is_none_is_refused(
        string record, int status, int code, string message)
    {
        await using var node = await V2Node.StartAsync(settings: new ApiSettings { RecordHeadersMax = 2 });
        await node.Server.CreateTopicAsync("orders");

        (await node.PostAsync("/topics/orders?ext=1", $$"""{"records":[{{record}}]}""", V2Node.Binary))
            .Refuses(status, code, message);
    }

    [Fact]
    public async Task What_cannot_be_included_is_named()
    {
        await using var node = await V2Node.StartAsync();
        await node.SubscribeAsync("c1", "\"orders\"");

        (await node.GetAsync(Records + "?include=headers,key")).Refuses(400, 400, "'key'");
    }
}
