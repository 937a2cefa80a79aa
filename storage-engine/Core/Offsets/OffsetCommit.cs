using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Offsets;

/// <summary>A committed offset to be written.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Topic">The life of its topic.</param>
/// <param name="Offset">The next offset to read, not negative.</param>
/// <param name="Metadata">The client's own text; empty for none.</param>
public sealed record OffsetCommit(TopicPartition Partition, TopicId Topic, long Offset, string Metadata)
{
    /// <summary>The leader epoch of the last record read (KIP-320), or -1 when the client knows none.</summary>
    public int LeaderEpoch { get; init; } = -1;
}
