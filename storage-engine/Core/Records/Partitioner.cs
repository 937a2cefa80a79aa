namespace Serverless.StorageEngine.Records;

/// <summary>Chooses the partition of a keyed record exactly as Kafka's default partitioner does.</summary>
public static class Partitioner
{
    /// <summary>murmur2 of the key, sign bit cleared, modulo the number of partitions.</summary>
    /// <param name="key">The key's bytes; an empty key is a key.</param>
    /// <param name="partitionCount">At least 1.</param>
    public static int PartitionOf(ReadOnlySpan<byte> key, int partitionCount) =>
        throw new InvalidOperationException("pending");
}
