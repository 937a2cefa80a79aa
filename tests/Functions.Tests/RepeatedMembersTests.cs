using Serverless.Functions.Tests.Native;
using Serverless.Functions.Tests.V3;

namespace Serverless.Functions.Tests;

/// <summary>
/// Members that a JSON object has twice: readers disagree about which of them counts (RFC 8259, section 4), so a request
/// with one is refused. What a client stores is its own: nobody looks into it.
/// </summary>
public sealed class RepeatedMembersTests
{
    private const string Json = "application/json";
    private const string Lines = "application/x-ndjson";
    private const string V2 = "application/vnd.kafka.v2+json";
    private const string V2Json = "application/vnd.kafka.json.v2+json";
    private const string Native = "/api/v1/topics/orders/records";
    private const string Stream = "{C}/topics/orders/records";

    // Of an answer that begins with the status.
    public static TheoryData<string, string, string, string, string> Requests => new()
    {
        { Native, Json, """{"value":1,"value":2}""", "'value' is there twice", "400" },
        { Native, Json, """{"value":null,"value":2}""", "'value' is there twice", "400" },
        { Native, Json, """{"key":1,"value":1,"key":1}""", "'key' is there twice", "400" },
        { Native, Json, """{"value_base64":"","value_base64":""}""", "'value_base64' is there twice", "400" },
        { Native, Json, """{"key_base64":"","key_base64":""}""", "'key_base64' is there twice", "400" },
        { Native, Json, """{"value":1,"headers":{},"headers":{}}""", "'headers' is there twice", "400" },
        { Native, Json, """{"value":1,"timestamp":1,"timestamp":1}""", "'timestamp' is there twice", "400" },
        { Native, Json, """{"value":1,"partition":0,"partition":0}""", "'partition' is there twice", "400" },
        { Native, Json, """[{"value":1},{"value":1,"value":1}]""", "'value' is there twice", "400" },
        { Native, Json, """{"value":1,"headers":[{"name":"a","name":"b"}]}""", "member 'name' twice", "400" },
        { $"{Native}?envelope=true", Lines, """{"value":1,"value":2}""", "'value' is there twice", "400" },
        { "/api/v1/topics", Json, """{"name":"new","name":"other"}""", "'name' twice", "400" },
        {
            "/api/v1/topics", Json, """{"name":"new","configs":{"retention.ms":1,"retention.ms":2}}""",
            "'retention.ms' twice", "400"
        },
        {
            "/api/v1/groups/g/offsets", Json,
            """{"offsets":[{"topic":"orders","partition":0,"next_offset":1,"next_offset":2}]}""",
            "'next_offset' twice", "400"
        },
        { "/topics/orders", V2Json, """{"records":[{"value":1,"value":2}]}""", "'value' is there twice", "400" },
        { "/topics/orders", V2Json, """{"records":[{"value":1}],"records":[]}""", "'records' is there twice", "400" },
        { "/consumers/g", V2, """{"name":"a","name":"b"}""", "$.name", "400" },
        {
            "{C}/topics", Json, """{"topic_name":"new","topic_name":"other"}""", "$.topic_name", "400"
        },
        { Stream, Json, """{"value":{"type":"JSON","data":1},"value":null}""", "The member value is there twice", "200" },
        { Stream, Json, """{"value":{"type":"JSON","data":1,"data":2}}""", "The member data is there twice", "200" },
        { Stream, Json, """{"value":{"type":"JSON","type":"STRING"}}""", "The member type is there twice", "200" },
        { Stream, Json, """{"partition_id":0,"partition_id":0}""", "The member partition_id is there twice", "200" },
        { Stream, Json, """{"headers":[{"name":"a","name":"b"}]}""", "The member name is there twice", "200" },
        { $"{Stream}:batch", Json, """{"entries":[],"entries":[]}""", "The member entries is there twice", "400" },
        { $"{Stream}:batch", Json, """{"entries":[{"id":"1","id":"1"}]}""", "The member id is there twice", "207" },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task A_request_with_a_member_that_is_there_twice_is_refused_by_its_name(
        string path, string mediaType, string body, string told, string status)
    {
        await using var node = await V3Node.StartAsync();
        await node.Server.CreateTopicAsync("orders");

        var answer = await SendAsync(node, path, mediaType, body);

        Assert.StartsWith(status, answer, StringComparison.Ordinal);
        Assert.Contains(told, answer, StringComparison.Ordinal);
        Assert.Empty((await node.Server.ReadAsync("/topics/orders/records")).Values());
        Assert.DoesNotContain("new", (await node.SendAsync(HttpMethod.Get, "/topics")).Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Native, Json, """{"value":VALUE}""")]
    [InlineData(Native, Lines, "VALUE")]
    [InlineData($"{Native}?envelope=true", Lines, """{"value":VALUE}""")]
    [InlineData("/topics/orders", V2Json, """{"records":[{"value":VALUE}]}""")]
    [InlineData(Stream, Json, """{"value":{"type":"JSON","data":VALUE}}""")]
    [InlineData($"{Stream}:batch", Json, """{"entries":[{"id":"1","value":{"type":"JSON","data":VALUE}}]}""")]
    public async Task A_value_is_stored_byte_for_byte_whatever_it_has_twice(string path, string mediaType, string body)
    {
        const string Value = """{"a":1,"a":{"b":[],"b":0}}""";
        await using var node = await V3Node.StartAsync();
        await node.Server.CreateTopicAsync("orders");

        var answer = await SendAsync(node, path, mediaType, body.Replace("VALUE", Value, StringComparison.Ordinal));

        Assert.StartsWith("20", answer, StringComparison.Ordinal);
        Assert.Equal([Value], (await node.Server.ReadAsync("/topics/orders/records")).Values());
    }

    [Fact]
    public async Task A_header_may_be_there_twice_as_in_kafka()
    {
        await using var node = await V3Node.StartAsync();
        await node.Server.CreateTopicAsync("orders");

        await SendAsync(node, Native, Json, """{"value":1,"headers":{"h":"a","h":"b"}}""");

        var record = (await node.Server.ReadAsync("/topics/orders/records")).GetProperty("records")[0];
        Assert.Equal(
            """[{"name":"h","value":"a"},{"name":"h","value":"b"}]""", record.GetProperty("headers").GetRawText());
    }

    private static async Task<string> SendAsync(V3Node node, string path, string mediaType, string body)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Post, path.Replace("{C}", node.Cluster, StringComparison.Ordinal))
        {
            Content = NativeClient.Content(body, mediaType),
        };
        using var response = await node.Server.Client.SendAsync(request, NativeClient.Token);
        return $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync(NativeClient.Token)}";
    }
}
