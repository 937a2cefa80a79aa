using System.Net;

namespace Serverless.Functions.Tests.V3;

public sealed class BrokerConfigTests
{
    [Fact]
    public async Task A_setting_of_the_broker_is_what_topics_get_that_do_not_say_otherwise()
    {
        await using var node = await V3Node.StartAsync();
        var (id, url) = (node.ClusterId, node.ClusterUrl);

        Assert.Equal(
            $$$"""
            {"kind":"KafkaBrokerConfig","metadata":{"self":"{{{url}}}/brokers/0/configs/log.roll.ms","resource_name":"crn:///kafka={{{id}}}/broker=0/config=log.roll.ms"},"cluster_id":"{{{id}}}","broker_id":0,"name":"log.roll.ms","value":"604800000","is_default":true,"is_read_only":true,"is_sensitive":false,"source":"DEFAULT_CONFIG","synonyms":[{"name":"log.roll.ms","value":"604800000","source":"DEFAULT_CONFIG"}]}
            """,
            (await node.GetAsync("brokers/0/configs/log.roll.ms")).Body);
        Assert.Equal(
            $$$"""
            {"kind":"KafkaClusterConfig","metadata":{"self":"{{{url}}}/broker-configs/log.roll.ms","resource_name":"crn:///kafka={{{id}}}/broker-config=log.roll.ms"},"cluster_id":"{{{id}}}","config_type":"BROKER","name":"log.roll.ms","value":"604800000","is_default":true,"is_read_only":true,"is_sensitive":false,"source":"DEFAULT_CONFIG","synonyms":[{"name":"log.roll.ms","value":"604800000","source":"DEFAULT_CONFIG"}]}
            """,
            (await node.GetAsync("broker-configs/log.roll.ms")).Body);
    }

    [Theory]
    [InlineData("brokers/0/configs", "KafkaBrokerConfigList")]
    [InlineData("brokers/-/configs", "KafkaBrokerConfigList")]
    [InlineData("broker-configs", "KafkaClusterConfigList")]
    public async Task Settings_are_listed_by_name_and_lead_to_themselves(string path, string kind)
    {
        await using var node = await V3Node.StartAsync();

        var list = (await node.GetAsync(path)).Json;

        Assert.Equal(kind, list.GetProperty("kind").GetString());
        Assert.Equal($"{node.ClusterUrl}/{path}", list.GetProperty("metadata").GetProperty("self").GetString());
        var configs = list.GetProperty("data").EnumerateArray().ToArray();
        var names = configs.Select(static config => config.GetProperty("name").GetString()).ToArray();
        Assert.Equal(names.Order(StringComparer.Ordinal), names);
        Assert.Contains("message.max.bytes", names);
        var self = new Uri(configs[0].GetProperty("metadata").GetProperty("self").GetString()!);
        Assert.Equal(configs[0].GetRawText(), (await node.GetAsync(self.AbsolutePath)).Body);
    }

    [Theory]
    [InlineData("PUT", "brokers/0/configs/log.retention.ms", """{"value":"1"}""")]
    [InlineData("DELETE", "brokers/0/configs/log.retention.ms", null)]
    [InlineData("POST", "brokers/0/configs:alter", """{"data":[{"name":"log.retention.ms","value":"1"}]}""")]
    [InlineData("PUT", "broker-configs/log.retention.ms", """{"value":"1"}""")]
    [InlineData("DELETE", "broker-configs/log.retention.ms", null)]
    [InlineData("POST", "broker-configs:alter", """{"data":[{"name":"log.retention.ms","value":"1"}]}""")]
    public async Task A_running_node_changes_no_setting(string method, string path, string? body)
    {
        await using var node = await V3Node.StartAsync();

        (await node.SendAsync(new HttpMethod(method), path, body)).IsError(
            400,
            40002,
            "Cannot update these configs dynamically: log.retention.ms. Nodes take them when they start.");
    }

    [Theory]
    [InlineData("PUT", "brokers/0/configs/nope", """{"value":"1"}""")]
    [InlineData("DELETE", "broker-configs/nope", null)]
    [InlineData("POST", "broker-configs:alter", """{"data":[{"name":"log.retention.ms"},{"name":"nope"}]}""")]
    public async Task A_setting_that_does_not_exist_is_not_changed_either(string method, string path, string? body)
    {
        await using var node = await V3Node.StartAsync();

        (await node.SendAsync(new HttpMethod(method), path, body))
            .IsError(404, 404, $"Config nope cannot be found for BROKER 0 in cluster {node.ClusterId}.");
    }

    [Theory]
    [InlineData("GET", "brokers/1/configs", null)]
    [InlineData("GET", "brokers/1/configs/log.retention.ms", null)]
    [InlineData("PUT", "brokers/1/configs/log.retention.ms", """{"value":"1"}""")]
    [InlineData("DELETE", "brokers/1/configs/log.retention.ms", null)]
    [InlineData("POST", "brokers/1/configs:alter", """{"data":[]}""")]
    [InlineData("GET", "brokers/1/partition-replicas", null)]
    [InlineData("GET", "brokers/0/configs/nope", null)]
    [InlineData("GET", "broker-configs/nope", null)]
    [InlineData("GET", "topic-configs", null)]
    public async Task What_is_not_there_cannot_be_found(string method, string path, string? body)
    {
        await using var node = await V3Node.StartAsync();

        (await node.SendAsync(new HttpMethod(method), path, body)).IsError(404, 404, "HTTP 404 Not Found");
    }

    [Theory]
    [InlineData("brokers/0/configs:alter")]
    [InlineData("broker-configs:alter")]
    public async Task No_change_at_all_is_possible(string path)
    {
        await using var node = await V3Node.StartAsync();

        Assert.Equal(HttpStatusCode.NoContent, (await node.PostAsync(path, """{"data":[]}""")).Status);
        (await node.PostAsync(path, "{}")).IsErrorLike(400, 400, "data");
        (await node.PostAsync(path, "")).IsErrorLike(422, 42206, "Request body is empty");
    }

    [Fact]
    public async Task The_broker_has_the_replicas_of_all_partitions()
    {
        await using var node = await V3Node.StartAsync();
        await node.Server.CreateTopicAsync("b", 2);
        await node.Server.CreateTopicAsync("a");

        var list = (await node.GetAsync("brokers/0/partition-replicas")).Json;

        Assert.Equal("KafkaReplicaList", list.GetProperty("kind").GetString());
        Assert.Equal(
            ["a/0", "b/0", "b/1"],
            list.GetProperty("data").EnumerateArray().Select(static replica =>
                $"{replica.GetProperty("topic_name")}/{replica.GetProperty("partition_id")}"));
        Assert.Equal(
            list.GetProperty("data")[2].GetRawText(), (await node.GetAsync("topics/b/partitions/1/replicas/0")).Body);
    }
}
