namespace Serverless.StorageEngine.Offsets;

/// <summary>The row of a committed offset.</summary>
/// <param name="V">The form of the row: 1.</param>
/// <param name="Topic">The life of the topic.</param>
/// <param name="Offset">The next offset to read.</param>
/// <param name="Metadata">The client's own text.</param>
/// <param name="CommittedAt">In ticks of UTC.</param>
internal sealed record OffsetRow(int V, string Topic, long Offset, string Metadata, long CommittedAt)
{
    /// <summary>See <see cref="CommittedOffset.LeaderEpoch"/>; null for -1.</summary>
    public int? LeaderEpoch { get; init; }
}
