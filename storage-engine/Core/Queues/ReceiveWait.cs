using Serverless.StorageEngine.Log;

namespace Serverless.StorageEngine.Queues;

/// <summary>What may give a receive that found nothing something to deliver.</summary>
/// <param name="Positions">Where new records may be delivered.</param>
/// <param name="ChangesAt">When the first lock or delay ends, by the storage service's time; null for never.</param>
/// <param name="ChangesIn">The partition of that lock or delay.</param>
internal sealed record ReceiveWait(
    IReadOnlyList<PartitionPosition> Positions, DateTimeOffset? ChangesAt, int ChangesIn)
{
    /// <summary>Whether that lock or delay has ended since, so that there is nothing to wait for.</summary>
    public bool IsDue { get; init; }
}
