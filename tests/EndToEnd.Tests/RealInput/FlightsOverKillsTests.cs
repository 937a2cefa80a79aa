namespace Serverless.EndToEnd.Tests.RealInput;

/// <summary>The same while nodes are killed in mid-stream, where a client hears of what is durable as it sends.</summary>
public abstract class FlightsOverKillsTests : FlightsTests
{
    [Fact]
    public async Task Every_acknowledged_flight_is_there_after_a_kill_in_mid_stream()
    {
        await using var place = await OpenPlaceAsync();
        var nodes = await StartNodesAsync(place);
        await new FlightTopic(nodes[0]).CreateAsync();

        await using var publisher = await StreamingPublisher.StartAsync(nodes[0], FlightTopic.RecordsPath);
        await publisher.AcknowledgedAsync(lines: 3_000);
        await nodes[0].KillAsync();
        var acknowledged = await publisher.EndAsync();

        // In a set-up of two nodes the other one goes on; in a set-up of one the next start does.
        var survivor = Nodes > 1 ? nodes[1] : await place.StartNodeAsync();
        var deliveries = await new FlightTopic(survivor).ReadAllAsync();
        Assert.InRange(acknowledged, 3_000, Flight.All.Count - 1);
        Assert.Empty(Flight.All.Take(acknowledged).Except(deliveries.Select(static delivery => delivery.Flight)));

        // What was not acknowledged may be there too, but nothing came twice or out of order.
        var there = deliveries.Select(static delivery => delivery.Flight).ToHashSet();
        Deliveries.AreEachOnceAndInOrder(Flight.All.Where(there.Contains), deliveries);
    }

    [Fact]
    public async Task Flights_of_a_stream_with_a_key_are_each_there_once_when_a_kill_made_the_client_repeat_it()
    {
        await using var place = await OpenPlaceAsync();
        var nodes = await StartNodesAsync(place);
        await new FlightTopic(nodes[0]).CreateAsync();
        await using var publisher = await StreamingPublisher.StartAsync(
            nodes[0], FlightTopic.RecordsPath, "flights-of-a-week");
        await publisher.AcknowledgedAsync(lines: 3_000);
        await nodes[0].KillAsync();
        await publisher.EndAsync();

        var survivor = Nodes > 1 ? nodes[1] : await place.StartNodeAsync();
        var topic = new FlightTopic(survivor);
        Assert.Equal(Flight.All.Count, await topic.PublishFileAsync("flights-of-a-week"));
        Assert.Equal(Flight.All.Count, await topic.PublishFileAsync("flights-of-a-week"));

        Deliveries.AreEachOnceAndInOrder(Flight.All, await topic.ReadAllAsync());
    }
}
