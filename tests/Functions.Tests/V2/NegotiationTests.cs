namespace Serverless.Functions.Tests.V2;

/// <summary>Which media type is answered.</summary>
public sealed class NegotiationTests
{
    private const string At = "/consumers/g/instances/c1";

    [Theory]
    [InlineData(null, V2Node.V2)]
    [InlineData("*/*", V2Node.V2)]
    [InlineData("application/*", V2Node.V2)]
    [InlineData(V2Node.Json, V2Node.Json)]
    [InlineData("application/vnd.kafka.avro.v2+json", "application/vnd.kafka.avro.v2+json")]
    [InlineData("application/vnd.kafka.json.v2+json, */*", V2Node.Json)]
    [InlineData("application/vnd.kafka.json.v2+json, application/vnd.kafka.v2+json", V2Node.V2)]
    [InlineData("application/vnd.kafka.json.v2+json, application/vnd.kafka.v2+json;q=0.9", V2Node.Json)]
    [InlineData("application/vnd.kafka.json.v2+json;q=0.2, application/vnd.kafka.binary.v2+json;q=0.3", V2Node.Binary)]
    [InlineData("text/html, application/vnd.kafka.v2+json;q=0.001", V2Node.V2)]
    [InlineData("*/*, application/vnd.kafka.v2+json;q=0", V2Node.Binary)]
    public async Task A_consumer_route_echoes_the_embedded_type_that_a_client_always_sends(string? accept, string type)
    {
        await using var node = await V2Node.StartAsync();
        await node.SubscribeAsync("c1", "\"orders\"");

        (await node.GetAsync($"{At}/subscription", accept)).Is(200, """{"topics":["orders"]}""", type);
        (await node.PostAsync($"{At}/offsets", accept: accept)).Is(200, "[]", type);
        var created = await node.PostAsync("/consumers/g", "{}", accept: accept);
        created.Is(200);
        Assert.Equal(type, created.Type);
    }

    [Theory]
    [InlineData("binary", null, V2Node.Binary)]
    [InlineData("binary", "*/*", V2Node.Binary)]
    [InlineData("binary", V2Node.V2, V2Node.V2)]
    [InlineData("binary", "application/vnd.kafka.v2+json, application/vnd.kafka.binary.v2+json", V2Node.Binary)]
    [InlineData("json", V2Node.Json, V2Node.Json)]
    [InlineData("json", "application/vnd.kafka.json.v2+json, */*", V2Node.Json)]
    [InlineData("json", "application/vnd.kafka.binary.v2+json;q=0.5, application/vnd.kafka.json.v2+json", V2Node.Json)]
    public async Task A_read_answers_the_type_that_the_client_likes_best(string format, string? accept, string type)
    {
        await using var node = await V2Node.StartAsync();
        await node.Server.CreateTopicAsync("orders");
        await node.ProduceAsync("orders", 0, 1);
        await node.SubscribeAsync("c1", "\"orders\"", $",\"format\":\"{format}\"");

        var reply = await node.GetAsync($"{At}/records", accept);

        reply.Is(200);
        Assert.Equal(type, reply.Type);
        Assert.Equal(format == "json" ? "0" : "\"MA==\"", reply.Parsed[0]!["value"]!.ToJsonString());
    }

    [Theory]
    [InlineData("binary", V2Node.Json)]
    [InlineData("json", null)]
    [InlineData("json", "*/*")]
    [InlineData("json", V2Node.V2)]
    [InlineData("json", "application/vnd.kafka.avro.v2+json")]
    public async Task A_type_of_another_format_than_the_instances_is_refused_and_the_right_one_named(
        string format, string? accept)
    {
        await using var node = await V2Node.StartAsync();
        await node.SubscribeAsync("c1", "\"orders\"", $",\"format\":\"{format}\"");

        (await node.GetAsync($"{At}/records", accept)).Refuses(
            406,
            40601,
            $"the instance's format is {format}. Accept application/vnd.kafka.{format}.v2+json.");
    }

    [Theory]
    [InlineData("GET", "/topics", "")]
    [InlineData("GET", "/topics/orders", "")]
    [InlineData("GET", "/topics/orders/partitions", "")]
    [InlineData("GET", "/topics/orders/partitions/0", "")]
    [InlineData("GET", "/topics/orders/partitions/0/offsets", "")]
    [InlineData("GET", "/brokers", "")]
    [InlineData("POST", "/topics/orders", """{"records":[{"value":1}]}""")]
    [InlineData("POST", "/topics/orders/partitions/0", """{"records":[{"value":1}]}""")]
    public async Task Topics_and_brokers_are_answered_in_one_type_only(string method, string path, string body)
    {
        await using var node = await V2Node.StartAsync();
        await node.Server.CreateTopicAsync("orders");
        Task<V2Node.Reply> AskAsync(string? accept) =>
            node.SendAsync(method, path, body.Length == 0 ? null : body, V2Node.Json, accept);

        foreach (var accept in new[] { V2Node.Plain, V2Node.Json, "application/vnd.kafka.v2+json;q=0" })
        {
            (await AskAsync(accept)).Refuses(
                406, 406, "HTTP 406 Not Acceptable: the Accept is", V2Node.Plain);
        }

        foreach (var accept in new[] { null, "*/*", "application/*;q=0.1", "application/json, */*;q=0.1", V2Node.V2 })
        {
            var reply = await AskAsync(accept);
            reply.Is(200);
            Assert.Equal(V2Node.V2, reply.Type);
        }
    }
}
