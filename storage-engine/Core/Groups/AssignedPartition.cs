using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Groups;

/// <summary>What an instance knows of a partition it owns.</summary>
/// <param name="Topic">The life of the topic; all zero while the topic does not exist.</param>
/// <param name="Position">The next offset to read; null until the first read finds where to start.</param>
/// <param name="Uncommitted">Whether <paramref name="Position"/> is still to be committed.</param>
public sealed record AssignedPartition(TopicId Topic, long? Position, bool Uncommitted)
{
    /// <summary>A partition that was just assigned.</summary>
    public static AssignedPartition Start(TopicId topic) => new(topic, null, false);
}
