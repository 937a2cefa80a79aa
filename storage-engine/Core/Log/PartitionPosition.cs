namespace Serverless.StorageEngine.Log;

/// <summary>A place in a partition: the next offset to read.</summary>
/// <param name="Partition">The partition's index.</param>
/// <param name="Offset">The next offset to read.</param>
public readonly record struct PartitionPosition(int Partition, long Offset);
