using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Offsets;

/// <summary>How far a group has got in a partition.</summary>
/// <param name="Topic">
/// The life of the topic it was committed for; means nothing in a later life of the same name.
/// </param>
/// <param name="Offset">The next offset to read.</param>
/// <param name="Metadata">The client's own text; empty when it gave none.</param>
/// <param name="CommittedAt">When, as the committing node knew the storage service's time.</param>
public sealed record CommittedOffset(TopicId Topic, long Offset, string Metadata, DateTimeOffset CommittedAt)
{
    /// <summary>The leader epoch that was committed with it (KIP-320), or -1.</summary>
    public int LeaderEpoch { get; init; } = -1;
}
