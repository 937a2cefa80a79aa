using Serverless.EndToEnd.Tests.Harness;

namespace Serverless.EndToEnd.Tests.RealInput;

/// <summary>The README's walk-through with 20,000 real flights, in every set-up.</summary>
public abstract class FlightsTests
{
    /// <summary>The number of nodes over the store.</summary>
    protected abstract int Nodes { get; }

    [Fact]
    public async Task Flights_of_one_streamed_request_are_all_there_once_and_in_the_order_of_their_origin()
    {
        await using var place = await OpenPlaceAsync();
        var nodes = await StartNodesAsync(place);
        var topic = new FlightTopic(nodes[0]);
        await topic.CreateAsync();

        Assert.Equal(Flight.All.Count, await topic.PublishFileAsync());

        Deliveries.AreEachOnceAndInOrder(Flight.All, await new FlightTopic(nodes[^1]).ReadAllAsync());
    }

    [Fact]
    public async Task A_group_of_two_gets_every_flight_once_and_in_the_order_of_its_origin()
    {
        await using var place = await OpenPlaceAsync();
        var nodes = await StartNodesAsync(place);
        var topic = new FlightTopic(nodes[0]);
        await topic.CreateAsync();

        Assert.Equal(Flight.All.Count, await topic.PublishFileAsync());
        var (first, second) = (
            await GroupInstance.SubscribeAsync(nodes[0], "analysts", "first"),
            await GroupInstance.SubscribeAsync(nodes[^1], "analysts", "second"));
        var count = new RecordCount();
        await Task.WhenAll(first.ReadAsync(count, Flight.All.Count), second.ReadAsync(count, Flight.All.Count));

        Deliveries.AreEachOnceAndInOrder(Flight.All, [.. first.Deliveries, .. second.Deliveries]);
        Assert.NotEmpty(first.Deliveries);
        Assert.NotEmpty(second.Deliveries);
        await first.DeleteAsync();
        await second.DeleteAsync();
    }

    /// <summary>A store of its own for one test.</summary>
    private protected abstract Task<Place> OpenPlaceAsync();

    private protected async Task<List<HostProcess>> StartNodesAsync(Place place)
    {
        var nodes = new List<HostProcess>();
        while (nodes.Count < Nodes)
        {
            nodes.Add(await place.StartNodeAsync());
        }

        return nodes;
    }
}
