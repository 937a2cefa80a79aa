using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Simulation.Histories;

/// <summary>A topic that exists for certain.</summary>
/// <param name="Topic">The life of the topic.</param>
/// <param name="PartitionCount">How many partitions it has at least.</param>
public readonly record struct SettledTopic(TopicId Topic, int PartitionCount);
