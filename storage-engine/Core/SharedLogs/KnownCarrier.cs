using System.Collections.Immutable;
using Serverless.StorageEngine.SharedLogs.Blocks;
using Serverless.StorageEngine.SharedLogs.Rows;

namespace Serverless.StorageEngine.SharedLogs;

/// <summary>What a node remembers of one sealed carrier.</summary>
/// <param name="owner">The shared log whose carrier it is.</param>
/// <param name="row">Its row.</param>
internal sealed class KnownCarrier(SealedCarriers owner, CarrierRow row)
{
    // What the object takes, and an entry of the tree of segments.
    private const int OwnBytes = 300;
    private const int SegmentBytes = 72;

    /// <summary>The shared log whose carrier it is.</summary>
    public SealedCarriers Owner => owner;

    /// <summary>Its row.</summary>
    public CarrierRow Row => row;

    /// <summary>The segments that its row tells of; see <see cref="CarrierRow.ReadSegments"/>.</summary>
    public ImmutableSortedDictionary<long, (long Start, bool IsHere)> Segments { get; } = row.ReadSegments();

    /// <summary>What lies where in it, once somebody asked.</summary>
    public CarrierIndex? Index { get; set; }

    /// <summary>What it takes of memory.</summary>
    public long MemoryBytes =>
        OwnBytes + row.Segments.Length + ((long)Segments.Count * SegmentBytes) + (Index?.MemoryBytes ?? 0);
}
