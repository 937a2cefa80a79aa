using System.Net;
using System.Text.Json;
using Serverless.StorageEngine.Topics;

namespace Serverless.Functions.Tests.V3;

public sealed class TopicConfigTests
{
    [Fact]
    public async Task A_setting_is_set_described_and_taken_back()
    {
        await using var node = await OrdersAsync();

        var set = await node.SendAsync(HttpMethod.Put, "topics/orders/configs/retention.ms", """{"value":" 1000 "}""");

        Assert.Equal(HttpStatusCode.NoContent, set.Status);
        Assert.Equal(
            $$$"""
            {"kind":"KafkaTopicConfig","metadata":{"self":"{{{node.ClusterUrl}}}/topics/orders/configs/retention.ms","resource_name":"crn:///kafka={{{node.ClusterId}}}/topic=orders/config=retention.ms"},"cluster_id":"{{{node.ClusterId}}}","topic_name":"orders","name":"retention.ms","value":"1000","is_default":false,"is_read_only":false,"is_sensitive":false,"source":"DYNAMIC_TOPIC_CONFIG","synonyms":[{"name":"retention.ms","value":"1000","source":"DYNAMIC_TOPIC_CONFIG"},{"name":"retention.ms","value":"604800000","source":"DEFAULT_CONFIG"}]}
            """,
            (await node.GetAsync("topics/orders/configs/retention.ms")).Body);

        var deleted = await node.SendAsync(HttpMethod.Delete, "topics/orders/configs/retention.ms");
        Assert.Equal(HttpStatusCode.NoContent, deleted.Status);
        Assert.Equal(("604800000", true, "DEFAULT_CONFIG"), await ValueAsync(node, "retention.ms"));
    }

    [Fact]
    public async Task Every_setting_is_listed()
    {
        await using var node = await OrdersAsync();

        var list = (await node.GetAsync("topics/orders/configs")).Json;
        var all = (await node.GetAsync("topics/-/configs")).Json;

        Assert.Equal("KafkaTopicConfigList", list.GetProperty("kind").GetString());
        Assert.Equal(
            TopicConfigDefinitions.All.Select(definition => definition.Name),
            list.GetProperty("data").EnumerateArray().Select(config => config.GetProperty("name").GetString()));
        Assert.Equal(list.GetProperty("data").GetRawText(), all.GetProperty("data").GetRawText());
    }

    [Fact]
    public async Task Several_settings_change_at_once()
    {
        await using var node = await OrdersAsync();
        await node.SendAsync(HttpMethod.Put, "topics/orders/configs/segment.ms", """{"value":"5"}""");

        var altered = await node.PostAsync("topics/orders/configs:alter", """
            {"data":[{"name":"retention.ms","value":"1000"},{"name":"segment.ms","operation":"DELETE"}]}
            """);

        Assert.Equal((HttpStatusCode.NoContent, ""), (altered.Status, altered.Body));
        Assert.Equal(("1000", false, "DYNAMIC_TOPIC_CONFIG"), await ValueAsync(node, "retention.ms"));
        Assert.Equal(("604800000", true, "DEFAULT_CONFIG"), await ValueAsync(node, "segment.ms"));
    }

    [Theory]
    [InlineData("""{"data":[{"name":"retention.ms","value":"1"},{"name":"segment.ms","value":"0"}]}""", 400, 40002, "at least 1")]
    [InlineData("""{"data":[{"name":"segment.ms","value":"1"},{"name":"segment.ms","value":"2"}]}""", 400, 40002, "duplicate")]
    [InlineData("""{"data":[{"name":"retention.ms","value":"1","operation":"APPEND"}]}""", 400, 400, "SET or DELETE")]
    [InlineData("""{"data":[{"value":"1000"}]}""", 400, 400, "name")]
    [InlineData("{}", 400, 400, "data")]
    [InlineData("", 422, 42206, "Request body is empty")]
    public async Task A_change_that_is_not_possible_changes_nothing(string body, int status, int code, string message)
    {
        await using var node = await OrdersAsync();

        (await node.PostAsync("topics/orders/configs:alter", body)).IsErrorLike(status, code, message);

        Assert.Equal(("604800000", true, "DEFAULT_CONFIG"), await ValueAsync(node, "retention.ms"));
    }

    [Fact]
    public async Task Validation_of_a_change_changes_nothing()
    {
        await using var node = await OrdersAsync();

        var validated = await node.PostAsync(
            "topics/orders/configs:alter", """{"data":[{"name":"retention.ms","value":"1"}],"validate_only":true}""");

        Assert.Equal(HttpStatusCode.NoContent, validated.Status);
        Assert.Equal(("604800000", true, "DEFAULT_CONFIG"), await ValueAsync(node, "retention.ms"));
    }

    [Theory]
    [InlineData("GET", "topics/orders/configs/nope", null)]
    [InlineData("PUT", "topics/orders/configs/nope", """{"value":"1"}""")]
    [InlineData("DELETE", "topics/orders/configs/nope", null)]
    [InlineData("POST", "topics/orders/configs:alter", """{"data":[{"name":"nope","value":"1"}]}""")]
    public async Task A_setting_that_does_not_exist_cannot_be_found(string method, string path, string? body)
    {
        await using var node = await OrdersAsync();

        (await node.SendAsync(new HttpMethod(method), path, body))
            .IsError(404, 404, $"Config nope cannot be found for TOPIC orders in cluster {node.ClusterId}.");
    }

    private static async Task<V3Node> OrdersAsync()
    {
        var node = await V3Node.StartAsync();
        await node.Server.CreateTopicAsync("orders");
        return node;
    }

    private static async Task<(string? Value, bool IsDefault, string? Source)> ValueAsync(V3Node node, string name)
    {
        JsonElement config = (await node.GetAsync($"topics/orders/configs/{name}")).Json;
        return (
            config.GetProperty("value").GetString(),
            config.GetProperty("is_default").GetBoolean(),
            config.GetProperty("source").GetString());
    }
}
