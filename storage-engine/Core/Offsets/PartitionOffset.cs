namespace Serverless.StorageEngine.Offsets;

/// <summary>An offset that a client wants committed.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Offset">The next offset to read, not negative.</param>
/// <param name="Metadata">The client's own text; empty for none.</param>
public sealed record PartitionOffset(TopicPartition Partition, long Offset, string Metadata)
{
    /// <summary>The leader epoch of the last record read (KIP-320), or -1 when the client knows none.</summary>
    public int LeaderEpoch { get; init; } = -1;
}
