namespace Serverless.StorageEngine.Topics;

/// <summary>A topic as stored at one moment.</summary>
/// <param name="Name">Its name, unique among living topics.</param>
/// <param name="Id">Which life of the name this is.</param>
/// <param name="PartitionCount">At least 1; only ever grows.</param>
/// <param name="Config">The settings, defaults included.</param>
/// <param name="CreatedAt">When it was created, by the clock of the node that did it.</param>
public sealed record Topic(
    TopicName Name, TopicId Id, int PartitionCount, TopicConfig Config, DateTimeOffset CreatedAt)
{
    /// <summary>
    /// The number of replicas that its creator asked for, at least 1. The storage service replicates by itself; tools
    /// that declare topics compare what they asked for.
    /// </summary>
    public int ReplicationFactor { get; init; } = 1;
}
