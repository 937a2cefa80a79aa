using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Serverless.StorageEngine.Log.Blocks;

/// <summary>
/// The chain hash: each block names the hash of everything before it, so a missing, foreign or reordered block shows at
/// once, also when a whole account lost a suffix.
/// </summary>
internal static class BlockChain
{
    private const int ShortHeadBytes = BlockFormat.HeaderBytes + (8 * BlockFormat.EntryBytes);

    /// <summary>The hash that the first block of a log carries.</summary>
    public static Bits128 Start => Bits128.Zero;

    /// <summary>The hash that the block after this one carries.</summary>
    /// <param name="head">Header and directory of the block; they hold the hash before it.</param>
    /// <param name="crc">The block's CRC-32C, which covers its body and batches.</param>
    /// <returns>
    /// The first 16 bytes of SHA-256 over both. Hashing the checksum in place of the payload keeps the cost
    /// independent of the payload; the chain guards against faults, not against forgers.
    /// </returns>
    public static Bits128 Next(ReadOnlySpan<byte> head, uint crc)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        if (head.Length <= ShortHeadBytes)
        {
            // Most blocks have few batches: one call over a copy needs no state of the algorithm on the heap.
            Span<byte> both = stackalloc byte[ShortHeadBytes + sizeof(uint)];
            head.CopyTo(both);
            BinaryPrimitives.WriteUInt32BigEndian(both[head.Length..], crc);
            SHA256.HashData(both[..(head.Length + sizeof(uint))], hash);
            return Bits128.Read(hash);
        }

        Span<byte> trailer = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(trailer, crc);
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        sha.AppendData(head);
        sha.AppendData(trailer);
        sha.GetHashAndReset(hash);
        return Bits128.Read(hash);
    }
}
