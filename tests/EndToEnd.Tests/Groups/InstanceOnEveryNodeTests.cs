using Serverless.EndToEnd.Tests.Harness;

namespace Serverless.EndToEnd.Tests.Groups;

/// <summary>An instance of a consumer group is rows, no process: each of its requests goes to another node.</summary>
public abstract class InstanceOnEveryNodeTests
{
    private const string Instance = "/consumers/g/instances/c";
    private const string Partition = "\"topic\":\"orders\",\"partition\":0";

    [Fact]
    public async Task Each_request_goes_to_another_node_and_the_node_before_it_is_killed()
    {
        await using var place = await OpenPlaceAsync();
        var nodes = new Relay(place);

        (await nodes.NextAsync("POST", "/api/v1/topics", """{"name":"orders"}""")).Is(201);
        (await nodes.NextAsync("POST", "/topics/orders", Records(10))).Is(200);
        (await nodes.NextAsync("POST", "/consumers/g", Settings)).Is(200);
        (await nodes.NextAsync("POST", $"{Instance}/subscription", """{"topics":["orders"]}""")).Is(204);
        Assert.Equal("0 1 2 3 4 5 6 7 8 9", (await nodes.NextAsync("GET", $"{Instance}/records")).Offsets());
        (await nodes.NextAsync("POST", $"{Instance}/offsets")).Is(200, "[]");
        (await nodes.NextAsync("GET", $"{Instance}/offsets?topic=orders&partition=0"))
            .Is(200, $$"""{"offsets":[{{{Partition}},"offset":10,"metadata":""}]}""");

        // Positions live on, too: nothing is read twice, until the client seeks.
        (await nodes.NextAsync("POST", "/topics/orders", Records(5))).Is(200);
        Assert.Equal("10 11 12 13 14", (await nodes.NextAsync("GET", $"{Instance}/records")).Offsets());
        Assert.Equal("", (await nodes.NextAsync("GET", $"{Instance}/records?timeout=1")).Offsets());
        (await nodes.NextAsync("POST", $"{Instance}/positions", $$"""{"offsets":[{{{Partition}},"offset":12}]}"""))
            .Is(204);
        Assert.Equal("12 13 14", (await nodes.NextAsync("GET", $"{Instance}/records")).Offsets());

        (await nodes.NextAsync("DELETE", Instance)).Is(204);
        Assert.Equal(40403, (await nodes.NextAsync("GET", $"{Instance}/records")).ErrorCode);
        (await nodes.NextAsync("POST", "/consumers/g", Settings)).Is(200);
        (await nodes.NextAsync("POST", $"{Instance}/assignments", $$"""{"partitions":[{{{Partition}}}]}""")).Is(204);
        Assert.Equal("10 11 12 13 14", (await nodes.NextAsync("GET", $"{Instance}/records")).Offsets());
    }

    /// <summary>A store of its own for one test.</summary>
    private protected abstract Task<Place> OpenPlaceAsync();

    private static string Settings =>
        """{"name":"c","format":"json","auto.offset.reset":"earliest","auto.commit.enable":"false"}""";

    private static string Records(int count) =>
        $$"""{"records":[{{string.Join(',', Enumerable.Repeat("""{"value":1}""", count))}}]}""";

    /// <summary>A node for each request: it is started while the one before it lives, which then is killed.</summary>
    private sealed class Relay(Place place)
    {
        private HostProcess? _node;

        public async Task<V2Reply> NextAsync(string method, string path, string? body = null)
        {
            var next = await place.StartNodeAsync();
            if (_node is { } before)
            {
                await before.KillAsync();
            }

            _node = next;
            return await V2Request.SendAsync(next.Client, method, path, body);
        }
    }
}
