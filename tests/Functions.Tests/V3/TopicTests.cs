using System.Net;

namespace Serverless.Functions.Tests.V3;

public sealed class TopicTests
{
    [Fact]
    public async Task A_topic_is_created_described_listed_enlarged_and_deleted()
    {
        await using var node = await V3Node.StartAsync();

        var created = await node.PostAsync(
            "topics",
            """{"topic_name":"orders","partitions_count":2,"configs":[{"name":"retention.ms","value":"60000"}]}""");

        Assert.Equal(HttpStatusCode.Created, created.Status);
        Assert.Equal($"{node.ClusterUrl}/topics/orders", created.Location);
        Assert.Equal(Orders(node, partitions: 2), created.Body);
        Assert.Equal(created.Body, (await node.GetAsync("topics/orders")).Body);

        await node.PostAsync("topics", """{"topic_name":"ORDERS"}""");
        var list = await node.GetAsync("topics");
        Assert.Equal("KafkaTopicList", list.Json.GetProperty("kind").GetString());
        Assert.Equal(
            ["ORDERS", "orders"],
            list.Json.GetProperty("data").EnumerateArray().Select(one => one.GetProperty("topic_name").GetString()));

        var enlarged = await node.SendAsync(HttpMethod.Patch, "topics/orders", """{"partitions_count":3}""");
        Assert.Equal((HttpStatusCode.OK, Orders(node, partitions: 3)), (enlarged.Status, enlarged.Body));

        Assert.Equal(HttpStatusCode.NoContent, (await node.SendAsync(HttpMethod.Delete, "topics/orders")).Status);
        (await node.GetAsync("topics/orders")).IsError(404, 40403, "This server does not host this topic-partition.");
    }

    [Fact]
    public async Task Validation_answers_with_the_topic_and_creates_nothing()
    {
        await using var node = await V3Node.StartAsync();

        var validated = await node.PostAsync("topics", """{"topic_name":"orders","validate_only":true}""");

        Assert.Equal((HttpStatusCode.OK, null), (validated.Status, validated.Location));
        Assert.Equal(Orders(node, partitions: 1), validated.Body);
        Assert.Equal(HttpStatusCode.NotFound, (await node.GetAsync("topics/orders")).Status);
    }

    [Fact]
    public async Task The_replication_that_was_asked_for_is_what_is_described()
    {
        await using var node = await V3Node.StartAsync();

        await node.PostAsync("topics", """{"topic_name":"orders","replication_factor":3}""");

        Assert.Equal(3, (await node.GetAsync("topics/orders")).Json.GetProperty("replication_factor").GetInt32());
    }

    [Fact]
    public async Task Assignments_of_replicas_to_the_one_broker_give_the_number_of_partitions()
    {
        await using var node = await V3Node.StartAsync();

        var created = await node.PostAsync("topics", """
            {"topic_name":"orders",
             "replicas_assignments":[{"partition_id":0,"broker_ids":[0]},{"partition_id":1,"broker_ids":[0]}]}
            """);

        Assert.Equal(2, created.Json.GetProperty("partitions_count").GetInt32());
    }

    [Theory]
    [InlineData("""{"topic_name":"taken"}""", 400, 40002, "Topic 'taken' already exists.")]
    [InlineData("", 422, 42206, "Payload error. Request body is empty. Data is required.")]
    [InlineData("null", 422, 42206, "Payload error. Request body is empty. Data is required.")]
    [InlineData("""{"topic_name":"a b"}""", 422, 42206, "Payload error. Invalid topic name.")]
    [InlineData("{}", 400, 400, "Bad Request: The member topic_name is missing.")]
    [InlineData("{", 400, 400, "Bad Request: ")]
    [InlineData("[]", 400, 400, "Bad Request: ")]
    [InlineData("""{"topic_name":"t"} x""", 400, 400, "Bad Request: ")]
    [InlineData("""{"topic_name":"t","size":1}""", 400, 400, "Bad Request: ")]
    [InlineData("""{"topic_name":"t","partitions_count":"2"}""", 400, 400, "$.partitions_count")]
    [InlineData("""{"topic_name":"t","partitions_count":0}""", 400, 40002, "larger than 0")]
    [InlineData("""{"topic_name":"t","partitions_count":10001}""", 400, 40002, "at most 10000")]
    [InlineData("""{"topic_name":"t","replication_factor":0}""", 400, 40002, "Replication factor")]
    [InlineData("""{"topic_name":"t","configs":[{"name":"nope","value":"1"}]}""", 400, 40002, "Unknown topic")]
    [InlineData("""{"topic_name":"t","configs":[{"name":"cleanup.policy","value":"keep"}]}""", 400, 40002, "compact, delete")]
    [InlineData("""{"topic_name":"t","configs":[{"name":"segment.bytes","value":"16385"},{"name":"retention.bytes","value":"16384"}]}""", 400, 40002, "segment.bytes to 16384 at most")]
    [InlineData("""{"topic_name":"t","configs":[{"name":"segment.ms"}]}""", 400, 40002, "Null value not supported")]
    [InlineData("""{"topic_name":"t","configs":[null]}""", 400, 400, "Bad Request: ")]
    [InlineData("""{"topic_name":"t","replicas_assignments":[{"partition_id":0,"broker_ids":[1]}]}""", 400, 40002, "a broker")]
    [InlineData("""{"topic_name":"t","replicas_assignments":[{"partition_id":1,"broker_ids":[0]}]}""", 400, 40002, "0-based")]
    public async Task A_creation_that_is_not_possible_says_why(string body, int status, int code, string message)
    {
        await using var node = await V3Node.StartAsync();
        await node.Server.CreateTopicAsync("taken");

        (await node.PostAsync("topics", body)).IsErrorLike(status, code, message);
    }

    [Theory]
    [InlineData("""{"partitions_count":2}""", "Topic already has 2 partition(s).")]
    [InlineData("""{"partitions_count":1}""", "1 would not be an increase.")]
    public async Task Partitions_do_not_become_fewer(string body, string message)
    {
        await using var node = await V3Node.StartAsync();
        await node.Server.CreateTopicAsync("orders", partitions: 2);

        (await node.SendAsync(HttpMethod.Patch, "topics/orders", body)).IsErrorLike(400, 40002, message);
    }

    [Theory]
    [InlineData("GET", "topics/nope", null)]
    [InlineData("GET", "topics/a%20b", null)]
    [InlineData("DELETE", "topics/nope", null)]
    [InlineData("PATCH", "topics/nope", """{"partitions_count":2}""")]
    [InlineData("GET", "topics/nope/partitions", null)]
    [InlineData("GET", "topics/nope/configs", null)]
    [InlineData("PUT", "topics/nope/configs/segment.ms", """{"value":"1"}""")]
    [InlineData("POST", "topics/nope/records", "{}")]
    [InlineData("POST", "topics/nope/records:batch", """{"entries":[{"id":"1"}]}""")]
    public async Task A_topic_that_does_not_exist_is_told_in_Kafkas_words(string method, string path, string? body)
    {
        await using var node = await V3Node.StartAsync();

        (await node.SendAsync(new HttpMethod(method), path, body))
            .IsError(404, 40403, "This server does not host this topic-partition.");
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_refused_by_its_announced_length()
    {
        await using var node = await V3Node.StartAsync();

        (await node.PostAsync("topics", new string(' ', 1024 * 1024) + "{}")).IsErrorLike(413, 413, "at most");
    }

    private static string Orders(V3Node node, int partitions)
    {
        var (id, url) = (node.ClusterId, node.ClusterUrl);
        return $$$"""
            {"kind":"KafkaTopic","metadata":{"self":"{{{url}}}/topics/orders","resource_name":"crn:///kafka={{{id}}}/topic=orders"},"cluster_id":"{{{id}}}","topic_name":"orders","is_internal":false,"replication_factor":1,"partitions_count":{{{partitions}}},"partitions":{"related":"{{{url}}}/topics/orders/partitions"},"configs":{"related":"{{{url}}}/topics/orders/configs"},"partition_reassignments":{"related":"{{{url}}}/topics/orders/partitions/-/reassignment"},"authorized_operations":[]}
            """;
    }
}
