using Serverless.StorageEngine.Log;

namespace Serverless.StorageEngine.Simulation.Histories;

/// <summary>An offset of a partition.</summary>
/// <param name="Partition">The partition, in one life of its topic.</param>
/// <param name="Offset">The next offset to read.</param>
public readonly record struct Position(PartitionId Partition, long Offset);
