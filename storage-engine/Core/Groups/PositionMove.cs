using Serverless.StorageEngine.Offsets;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Groups;

/// <summary>A step of a position.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Topic">The life of its topic.</param>
/// <param name="From">Where the position was when the records were read; null when it had none.</param>
/// <param name="To">The next offset to read.</param>
/// <param name="Uncommitted">Whether <paramref name="To"/> differs from the committed offset.</param>
public sealed record PositionMove(TopicPartition Partition, TopicId Topic, long? From, long To, bool Uncommitted);
