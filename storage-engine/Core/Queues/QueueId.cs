using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Queues;

/// <summary>
/// Names a queue: a share group (KIP-932) as it consumes one topic. Share groups and consumer groups of one name know
/// nothing of each other.
/// </summary>
/// <param name="Group">The share group.</param>
/// <param name="Topic">The topic's name; the queue outlives a life of the topic.</param>
public readonly record struct QueueId(GroupId Group, TopicName Topic)
{
    /// <inheritdoc/>
    public override string ToString() => $"queue '{Group}' of topic '{Topic}'";
}
