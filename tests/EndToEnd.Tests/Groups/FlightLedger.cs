using System.Collections.Immutable;
using Serverless.EndToEnd.Tests.RealInput;

namespace Serverless.EndToEnd.Tests.Groups;

/// <summary>What all consumers of a group have processed and committed; judges each delivery as it comes.</summary>
internal sealed class FlightLedger
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(int Partition, long Offset), Flight> _processed = [];
    private readonly List<string> _faults = [];
    private ImmutableDictionary<int, long> _committed = ImmutableDictionary<int, long>.Empty;

    /// <summary>The offset behind the last commit that a node has acknowledged, by partition.</summary>
    public ImmutableDictionary<int, long> Committed => Volatile.Read(ref _committed);

    /// <summary>How many different flights were processed.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _processed.Count;
            }
        }
    }

    /// <summary>How many deliveries were of flights that had been processed before.</summary>
    public int Duplicates { get; private set; }

    /// <summary>Whether every flight was processed.</summary>
    public bool IsComplete => Count == Flight.All.Count;

    /// <summary>Processes what a read returned.</summary>
    /// <param name="deliveries">In the order in which they came.</param>
    /// <param name="committedBefore">What was committed before the read was sent.</param>
    public void Process(IReadOnlyList<Delivery> deliveries, ImmutableDictionary<int, long> committedBefore)
    {
        lock (_lock)
        {
            foreach (var delivery in deliveries)
            {
                if (delivery.Offset < committedBefore.GetValueOrDefault(delivery.Partition))
                {
                    _faults.Add($"{delivery.Partition}:{delivery.Offset} came again after it was committed.");
                }

                Duplicates += _processed.TryAdd((delivery.Partition, delivery.Offset), delivery.Flight) ? 0 : 1;
            }
        }
    }

    /// <summary>Takes note of a commit that was acknowledged.</summary>
    /// <param name="offsets">The last processed offset of each partition.</param>
    public void Commit(IReadOnlyDictionary<int, long> offsets)
    {
        lock (_lock)
        {
            Volatile.Write(ref _committed, _committed.SetItems(offsets.Select(one => KeyValuePair.Create(
                one.Key, Math.Max(one.Value + 1, _committed.GetValueOrDefault(one.Key))))));
        }
    }

    /// <summary>Each flight was processed, those of an origin are in their order, and no committed one came again.</summary>
    public void Verify()
    {
        Assert.Empty(_faults);
        Deliveries.AreEachOnceAndInOrder(
            Flight.All,
            [.. _processed.Select(static one => new Delivery(one.Key.Partition, one.Key.Offset, one.Value))]);
    }
}
