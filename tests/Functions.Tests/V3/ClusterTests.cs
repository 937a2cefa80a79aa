using System.Net;

namespace Serverless.Functions.Tests.V3;

public sealed class ClusterTests
{
    [Fact]
    public async Task There_is_one_cluster_and_its_links_lead_somewhere_below_it()
    {
        await using var node = await V3Node.StartAsync();
        var url = node.ClusterUrl;

        var list = await node.GetAsync("/v3/clusters");

        Assert.Equal(
            $$$"""
            {"kind":"KafkaClusterList","metadata":{"self":"{{{url[..url.LastIndexOf('/')]}}}","next":null},"data":[{{{Cluster(node)}}}]}
            """,
            list.Body);
        Assert.Equal(Cluster(node), (await node.GetAsync(node.Cluster)).Body);
    }

    [Fact]
    public async Task The_second_prefix_answers_with_urls_below_itself()
    {
        await using var node = await V3Node.StartAsync();

        var cluster = await node.GetAsync($"/kafka/v3/clusters/{node.ClusterId}");

        Assert.EndsWith(
            $"/kafka/v3/clusters/{node.ClusterId}",
            cluster.Json.GetProperty("metadata").GetProperty("self").GetString(),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/v3/clusters/x")]
    [InlineData("/v3/clusters/x/topics")]
    [InlineData("/v3/clusters/x/topics/t/records:batch")]
    public async Task Another_cluster_cannot_be_found(string path)
    {
        await using var node = await V3Node.StartAsync();

        var method = path.EndsWith("batch", StringComparison.Ordinal) ? HttpMethod.Post : HttpMethod.Get;
        (await node.SendAsync(method, path)).IsError(404, 404, "Cluster x cannot be found.");
    }

    [Fact]
    public async Task Two_nodes_over_one_store_are_one_cluster()
    {
        await using var node = await V3Node.StartAsync();
        await using var other = await ApiServer.StartAsync(beside: node.Server);

        using var response = await other.Client.GetAsync(node.Cluster, V3Node.Token);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task The_one_broker_has_the_address_that_the_client_used()
    {
        await using var node = await V3Node.StartAsync();

        var broker = (await node.GetAsync("brokers/0")).Json;

        Assert.Equal("KafkaBroker", broker.GetProperty("kind").GetString());
        Assert.Equal("127.0.0.1", broker.GetProperty("host").GetString());
        Assert.Equal(node.Server.Client.BaseAddress!.Port, broker.GetProperty("port").GetInt32());
        Assert.Equal(1, (await node.GetAsync("brokers")).Json.GetProperty("data").GetArrayLength());
        (await node.GetAsync("brokers/1")).IsError(404, 404, "HTTP 404 Not Found");
    }

    [Fact]
    public async Task What_routing_refuses_is_said_in_Confluents_words()
    {
        await using var node = await V3Node.StartAsync();

        (await node.GetAsync("nothing")).IsError(404, 404, "HTTP 404 Not Found");
        (await node.SendAsync(HttpMethod.Delete, node.Cluster)).IsError(405, 405, "HTTP 405 Method Not Allowed");
        (await node.SendAsync(HttpMethod.Get, node.Cluster, accept: "text/html"))
            .IsError(406, 406, "HTTP 406 Not Acceptable");
        (await node.SendAsync(HttpMethod.Post, "topics", "{}", mediaType: "text/plain"))
            .IsError(415, 415, "HTTP 415 Unsupported Media Type");
    }

    private static string Cluster(V3Node node)
    {
        var (id, url) = (node.ClusterId, node.ClusterUrl);
        return $$$"""
            {"kind":"KafkaCluster","metadata":{"self":"{{{url}}}","resource_name":"crn:///kafka={{{id}}}"},"cluster_id":"{{{id}}}","controller":{"related":"{{{url}}}/brokers/0"},"acls":{"related":"{{{url}}}/acls"},"brokers":{"related":"{{{url}}}/brokers"},"broker_configs":{"related":"{{{url}}}/broker-configs"},"consumer_groups":{"related":"{{{url}}}/consumer-groups"},"topics":{"related":"{{{url}}}/topics"},"partition_reassignments":{"related":"{{{url}}}/topics/-/partitions/-/reassignment"}}
            """;
    }
}
