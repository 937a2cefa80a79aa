using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Simulation.Clients;

/// <summary>A topic as clients know it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Id">The life that they speak of; a node that finds another life refuses them.</param>
/// <param name="PartitionCount">How many partitions it has.</param>
/// <param name="IsChurned">Whether it is deleted and created again while the world runs.</param>
public sealed record SimulatedTopic(TopicName Name, TopicId Id, int PartitionCount, bool IsChurned)
{
    /// <summary>One of its partitions.</summary>
    public PartitionId Partition(int index) => new(Id, index);

    /// <summary>A name of a topic.</summary>
    public static TopicName NameOf(string text) => TopicName.TryParse(text, out var name, out var problem)
        ? name
        : throw new ArgumentException(problem, nameof(text));
}
