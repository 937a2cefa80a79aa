using System.Text.Json;
using System.Text.Json.Nodes;
using Serverless.EndToEnd.Tests.Harness;
using Serverless.Npm;

namespace Serverless.EndToEnd.Tests.Queues;

/// <summary>Queues on two nodes over one store.</summary>
public abstract class QueueTests
{
    private protected abstract Task<Place> OpenPlaceAsync();

    [Fact]
    public async Task Azures_own_client_of_Event_Grid_works_unchanged_at_both_nodes()
    {
        await using var place = await OpenPlaceAsync();
        var (one, two) = (await place.StartNodeAsync(), await place.StartNodeAsync());
        await QueueTopic.CreateAsync(one, new { dead_letter_topic = "orders.dlq" });
        var folder = await NpmFolder.EnsureAsync("EventGrid", TestContext.Current.CancellationToken);

        var output = await NpmCommand.RunAsync(
            "node",
            ["walk.mjs", one.Address.ToString(), two.Address.ToString(), QueueTopic.Topic, QueueTopic.Group],
            folder,
            TestContext.Current.CancellationToken);

        var seen = JsonNode.Parse(output)!.AsObject();
        var shown = seen["event"]!.AsObject();
        seen.Remove("event");
        Assert.Equal("application/cloudevents+json; charset=utf-8", shown["dataContentType"]!.GetValue<string>());
        shown.Remove("dataContentType");
        Assert.Equal(
            """
            {"type":"order.placed","source":"/shop","id":"0","time":"2026-01-02T03:04:05.678Z","subject":"a",
            "specVersion":"1.0","data":{"total":9.5,"lines":["x"]}}
            """.Replace("\n", "", StringComparison.Ordinal),
            shown.ToJsonString());
        Assert.Equal(
            """
            {"first":["0"],"second":["1","2","3"],"text":"text","acknowledged":1,
            "again":["INVALID_RECORD_STATE","INVALID_LOCK_TOKEN"],"renewed":3,"released":1,"delayed":1,"rejected":1,
            "third":[["3",2]],"missing":[404,"NotFound"]}
            """.Replace("\n", "", StringComparison.Ordinal),
            seen.ToJsonString());
        using var letters = await two.Client.GetAsync(
            "/api/v1/topics/orders.dlq/records", TestContext.Current.CancellationToken);
        Assert.Contains(
            "__dlq.errors.group",
            await letters.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_received_at_a_killed_node_is_acknowledged_at_another_or_given_back_when_its_lock_ends()
    {
        await using var place = await OpenPlaceAsync();
        var (one, two) = (await place.StartNodeAsync(), await place.StartNodeAsync());

        // Longer than the next three requests take on the slowest machine.
        await QueueTopic.CreateAsync(one, new { lock_duration_ms = 15_000 });
        await QueueTopic.AppendAsync(one, 6);
        var held = await QueueTopic.ReceiveAsync(one, "limit=4");

        await one.KillAsync();
        var acknowledged = await QueueTopic.AcknowledgeAsync(two, held.Take(2));
        var rest = await QueueTopic.ReceiveAsync(two, "limit=10");
        var again = await QueueTopic.ReceiveAsync(two, "limit=10&wait=60s");

        Assert.Equal(2, acknowledged);
        Assert.Equal([4, 5], rest.Select(Value));
        Assert.Equal([(2, 2), (3, 2)], again.Select(static record =>
            (Value(record), record.GetProperty("delivery_count").GetInt32())));
        Assert.Equal(0, await QueueTopic.AcknowledgeAsync(two, held.Skip(2)));
        Assert.Equal(2, await QueueTopic.AcknowledgeAsync(two, again));
    }

    [Fact]
    public async Task Receivers_at_both_nodes_deal_with_every_record_once()
    {
        const int Records = 140;
        await using var place = await OpenPlaceAsync();
        HostProcess[] nodes = [await place.StartNodeAsync(), await place.StartNodeAsync()];
        await QueueTopic.CreateAsync(nodes[0], new { in_flight_max = 100 });
        await QueueTopic.AppendAsync(nodes[0], Records);
        var left = Records;

        var dealt = await Task.WhenAll(Enumerable.Range(0, 4).Select(async receiver =>
        {
            var mine = new List<int>();
            while (Volatile.Read(ref left) > 0)
            {
                var records = await QueueTopic.ReceiveAsync(nodes[receiver % 2], "limit=7&wait=100ms");
                if (records.Length > 0)
                {
                    Assert.Equal(
                        records.Length, await QueueTopic.AcknowledgeAsync(nodes[(receiver + 1) % 2], records));
                    mine.AddRange(records.Select(Value));
                    Interlocked.Add(ref left, -records.Length);
                }
            }

            return mine;
        }));

        Assert.Equal(Enumerable.Range(0, Records), dealt.SelectMany(static one => one).Order());
        Assert.Equal(0, (await QueueTopic.DescribeAsync(nodes[0])).GetProperty("backlog").GetInt64());
    }

    private static int Value(JsonElement record) => record.GetProperty("value").GetInt32();
}
