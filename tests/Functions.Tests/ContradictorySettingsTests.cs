using System.Net;
using System.Text.Json;
using Serverless.Functions.Tests.V3;

namespace Serverless.Functions.Tests;

/// <summary>Settings of topics that contradict each other, through every route that creates or alters a topic.</summary>
public sealed class ContradictorySettingsTests
{
    private const string Cluster = "{cluster}";

    public static TheoryData<string, string, string> Creations => new()
    {
        { "POST", "/api/v1/topics", """{"name":"new","configs":{"retention.bytes":20000,"segment.bytes":30000}}""" },
        { "PUT", "/api/v1/topics", """{"name":"new","configs":{"retention.bytes":20000,"segment.bytes":30000}}""" },
        {
            "POST",
            $"{Cluster}/topics",
            """{"topic_name":"new","configs":[{"name":"retention.bytes","value":"20000"},{"name":"segment.bytes","value":"30000"}]}"""
        },
    };

    public static TheoryData<string, string, string> Changes => new()
    {
        { "PATCH", "/api/v1/topics/orders", """{"configs":{"segment.bytes":30000}}""" },
        { "PATCH", "/api/v1/topics/orders", """{"configs":{"retention.ms":5,"segment.bytes":30000}}""" },
        { "PUT", $"{Cluster}/topics/orders/configs/segment.bytes", """{"value":"30000"}""" },
        {
            "POST",
            $"{Cluster}/topics/orders/configs:alter",
            """{"data":[{"name":"retention.ms","value":"5"},{"name":"segment.bytes","value":"30000"}]}"""
        },
        {
            "POST",
            $"{Cluster}/topics/-/configs:alter",
            """{"data":[{"topic_name":"orders","configs":[{"name":"retention.ms","value":"5"},{"name":"segment.bytes","value":"30000"}]}]}"""
        },
    };

    public static TheoryData<string, string> Impossible => new()
    {
        { "cleanup.policy", "\"compress\"" },
        { "cleanup.policy", "\"\"" },
        { "min.cleanable.dirty.ratio", "1.5" },
        { "min.cleanable.dirty.ratio", "-0.1" },
        { "delete.retention.ms", "-1" },
        { "max.compaction.lag.ms", "0" },
        { "file.delete.delay.ms", "-1" },
        { "retention.bytes", "-2" },
        { "retention.ms", "-2" },
        { "segment.bytes", "-1" },
        { "local.retention.ms", "-3" },
        { "remote.storage.enable", "\"yes\"" },
    };

    [Theory]
    [MemberData(nameof(Creations))]
    public async Task A_topic_with_a_segment_larger_than_its_retention_is_not_created(
        string method, string path, string body)
    {
        await using var node = await V3Node.StartAsync();

        var answer = await SendAsync(node, method, path, body);

        AssertRefused(answer);
        Assert.Equal(HttpStatusCode.NotFound, (await node.SendAsync(HttpMethod.Get, "/api/v1/topics/new")).Status);
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task A_change_that_contradicts_what_is_set_changes_nothing(string method, string path, string body)
    {
        await using var node = await V3Node.StartAsync();
        await node.Server.CreateTopicAsync("orders", 1, new KeyValuePair<string, string?>("retention.bytes", "20000"));

        var answer = await SendAsync(node, method, path, body);

        AssertRefused(answer);
        var configs = (await node.SendAsync(HttpMethod.Get, "/api/v1/topics/orders")).Json.GetProperty("configs");
        Assert.Equal("""{"retention.bytes":"20000"}""", configs.GetRawText());
    }

    [Theory]
    [MemberData(nameof(Impossible))]
    public async Task A_value_that_a_setting_cannot_have_is_refused_by_both_apis(string name, string value)
    {
        await using var node = await V3Node.StartAsync();
        await node.Server.CreateTopicAsync("orders");
        var text = JsonSerializer.Deserialize<JsonElement>(value);
        var quoted = text.ValueKind == JsonValueKind.String ? value : $"\"{value}\"";

        var native = await SendAsync(
            node, "PATCH", "/api/v1/topics/orders", $$$"""{"configs":{"{{{name}}}":{{{value}}}}}""");
        var confluent = await SendAsync(
            node, "PUT", $"{Cluster}/topics/orders/configs/{name}", $$"""{"value":{{quoted}}}""");

        Assert.Contains($"for configuration {name}", native.Body, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.BadRequest), (native.Status, confluent.Status));
    }

    [Theory]
    [InlineData("cleanup.policy", "delete, compact", "compact,delete", "delete")]
    [InlineData("min.cleanable.dirty.ratio", "0.25", "0.25", "0.5")]
    [InlineData("remote.storage.enable", "FALSE", "false", "true")]
    [InlineData("delete.retention.ms", "0", "0", "86400000")]
    public async Task The_settings_of_compaction_and_copies_are_shown_with_what_they_would_be_otherwise(
        string name, string value, string stored, string otherwise)
    {
        await using var node = await V3Node.StartAsync();
        await node.Server.CreateTopicAsync("orders");
        var path = $"topics/orders/configs/{name}";
        var before = (await node.GetAsync(path)).Json;
        Assert.Equal((otherwise, true), (before.GetProperty("value").GetString(), before.GetProperty("is_default").GetBoolean()));

        await SendAsync(node, "PUT", $"{Cluster}/{path}", $$"""{"value":"{{value}}"}""");

        var after = (await node.GetAsync(path)).Json;
        Assert.Equal(stored, after.GetProperty("value").GetString());
        Assert.Equal(
            [(stored, "DYNAMIC_TOPIC_CONFIG"), (otherwise, "DEFAULT_CONFIG")],
            after.GetProperty("synonyms").EnumerateArray().Select(static synonym =>
                (synonym.GetProperty("value").GetString()!, synonym.GetProperty("source").GetString()!)));
    }

    private static Task<V3Node.Answer> SendAsync(V3Node node, string method, string path, string body) =>
        node.SendAsync(
            new HttpMethod(method), path.Replace(Cluster, node.Cluster, StringComparison.Ordinal), body);

    private static void AssertRefused(V3Node.Answer answer)
    {
        Assert.True((int)answer.Status is 400 or 207, answer.Body);
        Assert.Contains(
            "segment.bytes (30000) is larger than retention.bytes (20000)", answer.Body, StringComparison.Ordinal);
        Assert.Contains("set segment.bytes to 20000 at most", answer.Body, StringComparison.Ordinal);
    }
}
