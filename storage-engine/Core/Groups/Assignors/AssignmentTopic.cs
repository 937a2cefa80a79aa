namespace Serverless.StorageEngine.Groups.Assignors;

/// <summary>One topic that a group reads, as an assignor sees it.</summary>
/// <param name="Name">The topic's name.</param>
/// <param name="PartitionCount">How many partitions it has; at least 0.</param>
public sealed record AssignmentTopic(string Name, int PartitionCount);
