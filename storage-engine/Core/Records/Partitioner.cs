using System.Buffers.Binary;
using Serverless.StorageEngine.Diagnostics;

namespace Serverless.StorageEngine.Records;

/// <summary>Chooses the partition of a keyed record exactly as Kafka's default partitioner does.</summary>
public static class Partitioner
{
    private const int Seed = unchecked((int)0x9747b28c);
    private const int Multiplier = 0x5bd1e995;
    private const int Rotation = 24;

    /// <summary>murmur2 of the key, sign bit cleared, modulo the number of partitions.</summary>
    /// <param name="key">The key's bytes; an empty key is a key.</param>
    /// <param name="partitionCount">At least 1.</param>
    public static int PartitionOf(ReadOnlySpan<byte> key, int partitionCount)
    {
        Invariant.Holds(partitionCount >= 1);
        return (Murmur2(key) & int.MaxValue) % partitionCount;
    }

    /// <summary>The 32-bit MurmurHash2 of Austin Appleby with the seed of Kafka's clients.</summary>
    internal static int Murmur2(ReadOnlySpan<byte> bytes)
    {
        unchecked
        {
            var hash = Seed ^ bytes.Length;
            for (; bytes.Length >= sizeof(int); bytes = bytes[sizeof(int)..])
            {
                var word = BinaryPrimitives.ReadInt32LittleEndian(bytes) * Multiplier;
                word ^= word >>> Rotation;
                hash = (hash * Multiplier) ^ (word * Multiplier);
            }

            if (bytes.Length > 0)
            {
                for (var i = 0; i < bytes.Length; i++)
                {
                    hash ^= bytes[i] << (8 * i);
                }

                hash *= Multiplier;
            }

            hash ^= hash >>> 13;
            hash *= Multiplier;
            return hash ^ (hash >>> 15);
        }
    }
}
