using System.Net.Http.Json;
using Serverless.EndToEnd.Tests.Harness;
using Serverless.Npm;

namespace Serverless.EndToEnd.Tests.Groups;

/// <summary>Clients that were written for Confluent's first REST Proxy still work.</summary>
public sealed class ClientOfV1Tests
{
    [Fact]
    public async Task Confluents_own_client_of_v1_works_unchanged_at_two_nodes()
    {
        await using var place = Place.Embedded();
        var (one, two) = (await place.StartNodeAsync(), await place.StartNodeAsync());
        using var created = await one.Client.PostAsJsonAsync(
            "/api/v1/topics", new { name = "orders", partitions = 2 }, TestContext.Current.CancellationToken);
        created.EnsureSuccessStatusCode();
        var folder = await NpmFolder.EnsureAsync("KafkaRest", TestContext.Current.CancellationToken);

        var output = await NpmCommand.RunAsync(
            "node",
            ["walk.mjs", one.Address.ToString(), two.Address.ToString(), "orders", "g"],
            folder,
            TestContext.Current.CancellationToken);

        Assert.Equal(
            """{"brokers":1,"topics":["orders"],"partitions":[0,1],"sent":2,"values":["6669727374","7365636f6e64","ff0007"]}""",
            output.Trim());
    }
}
