using System.Collections.Immutable;

namespace Serverless.StorageEngine.Simulation.Checking.Stored;

/// <summary>A state section: the log as its writer took it to be in front of the block.</summary>
public sealed record StoredState(
    long SegmentBaseOffset,
    long SegmentCreatedAt,
    long SegmentBlocks,
    long NextOffset,
    long MaxTimestamp,
    long SegmentMinTimestamp,
    UInt128 LeaderId,
    string LeaderAddress,
    long IndexInterval,
    ImmutableArray<StoredIndexEntry> Index)
{
    /// <summary>Whether both say the same; compares indexes by content.</summary>
    public bool Equals(StoredState? other) =>
        other is not null
        && Head == other.Head
        && LeaderId == other.LeaderId
        && LeaderAddress == other.LeaderAddress
        && Index.AsSpan().SequenceEqual(other.Index.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => Head.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => $"{Head}, leader {LeaderId:x} '{LeaderAddress}', {Index.Length} index entries";

    private (long, long, long, long, long, long, long) Head => (
        SegmentBaseOffset,
        SegmentCreatedAt,
        SegmentBlocks,
        NextOffset,
        MaxTimestamp,
        SegmentMinTimestamp,
        IndexInterval);
}
