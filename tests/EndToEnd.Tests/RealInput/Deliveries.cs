namespace Serverless.EndToEnd.Tests.RealInput;

/// <summary>What must hold for flights that came back.</summary>
internal static class Deliveries
{
    /// <summary>Each flight came exactly once, and those of an origin in their order and in one partition.</summary>
    /// <param name="sent">The flights in the order in which they were sent.</param>
    /// <param name="deliveries">What came, in any order.</param>
    public static void AreEachOnceAndInOrder(IEnumerable<Flight> sent, IReadOnlyCollection<Delivery> deliveries)
    {
        Assert.Distinct(deliveries.Select(static delivery => (delivery.Partition, delivery.Offset)));
        var arrived = deliveries
            .OrderBy(static delivery => delivery.Partition)
            .ThenBy(static delivery => delivery.Offset)
            .GroupBy(static delivery => delivery.Flight.Origin)
            .ToDictionary(static origin => origin.Key, static origin => origin.ToList());
        var expected = sent.GroupBy(static flight => flight.Origin).ToList();
        Assert.Equal(expected.Count, arrived.Count);
        foreach (var origin in expected)
        {
            Assert.Equal(origin.ToList(), arrived[origin.Key].Select(static delivery => delivery.Flight).ToList());
            Assert.Single(arrived[origin.Key].Select(static delivery => delivery.Partition).Distinct());
        }
    }
}
