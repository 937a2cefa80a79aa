using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text;
using Serverless.StorageEngine.Records;

namespace Serverless.StorageEngine.Queues;

/// <summary>What a receiver holds one record by; to the receiver it is opaque text.</summary>
/// <remarks>
/// The text is 24 bytes in base64 for URLs: partition, offset, lock id, and a CRC-32C of these and the queue's name,
/// all big-endian. The checksum tells a slip (another queue's token, a cut one) from a lock that has ended; it keeps
/// nobody out. What does is the lock id, 64 random bits.
/// </remarks>
/// <param name="Partition">The record's partition.</param>
/// <param name="Offset">The record's offset.</param>
/// <param name="LockId">The lock that holds it.</param>
public readonly record struct LockToken(int Partition, long Offset, ulong LockId)
{
    /// <summary>The length of every token, in characters.</summary>
    public const int Length = 32;

    private const int Bytes = 24;
    private const int CheckedBytes = 20;

    /// <summary>The text for a receiver.</summary>
    /// <param name="queue">The queue of the record.</param>
    public string Encode(QueueId queue)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        BinaryPrimitives.WriteInt32BigEndian(bytes, Partition);
        BinaryPrimitives.WriteInt64BigEndian(bytes[4..], Offset);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[12..], LockId);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[CheckedBytes..], ChecksumOf(bytes[..CheckedBytes], queue));
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>Reads what <see cref="Encode"/> wrote for the same queue.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="queue">The queue that the text is sent to.</param>
    /// <param name="token">The token, when the result is true.</param>
    public static bool TryParse(string text, QueueId queue, out LockToken token)
    {
        token = default;
        Span<byte> bytes = stackalloc byte[Bytes];
        if (text.Length != Length
            || Base64Url.DecodeFromChars(text, bytes, out _, out var length) != OperationStatus.Done
            || length != Bytes
            || BinaryPrimitives.ReadUInt32BigEndian(bytes[CheckedBytes..]) != ChecksumOf(bytes[..CheckedBytes], queue))
        {
            return false;
        }

        token = new LockToken(
            BinaryPrimitives.ReadInt32BigEndian(bytes),
            BinaryPrimitives.ReadInt64BigEndian(bytes[4..]),
            BinaryPrimitives.ReadUInt64BigEndian(bytes[12..]));
        return true;
    }

    private static uint ChecksumOf(ReadOnlySpan<byte> token, QueueId queue) =>
        Crc32C.Append(Crc32C.Compute(token), Encoding.UTF8.GetBytes($"{queue.Topic}|{queue.Group}"));
}
