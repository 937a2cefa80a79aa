using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;

namespace Serverless.StorageEngine.Records;

/// <summary>
/// CRC-32C (Castagnoli; RFC 3720, appendix B.4): the checksum of Kafka's record batches and of the log's blocks. It
/// runs on the processor's own instruction where there is one.
/// </summary>
public static class Crc32C
{
    /// <summary>The checksum of no bytes, with which <see cref="Append(uint, ReadOnlySpan{byte})"/> begins.</summary>
    public const uint Empty = 0;

    // Large ones first: what is left of three kibibytes goes through the small ones.
    private static readonly Crc32CStride[] Strides = [new(1024), new(64)];

    /// <summary>The checksum of <paramref name="bytes"/>.</summary>
    public static uint Compute(ReadOnlySpan<byte> bytes) => Append(Empty, bytes);

    /// <summary>The checksum of <paramref name="bytes"/>, whose parts need not lie side by side.</summary>
    public static uint Compute(in ReadOnlySequence<byte> bytes) => Append(Empty, bytes);

    /// <summary>The checksum of what <paramref name="crc"/> covers followed by <paramref name="bytes"/>.</summary>
    /// <param name="crc">A finished checksum: <see cref="Empty"/>, or the result of an earlier call.</param>
    /// <param name="bytes">The bytes that come next.</param>
    public static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        var state = ~crc;
        if (BitConverter.IsLittleEndian)
        {
            foreach (var stride in Strides)
            {
                state = stride.Fold(state, ref bytes);
            }
        }

        while (bytes.Length >= sizeof(ulong))
        {
            state = BitOperations.Crc32C(state, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (var last in bytes)
        {
            state = BitOperations.Crc32C(state, last);
        }

        return ~state;
    }

    /// <summary>The checksum of what <paramref name="crc"/> covers followed by <paramref name="bytes"/>.</summary>
    /// <param name="crc">A finished checksum: <see cref="Empty"/>, or the result of an earlier call.</param>
    /// <param name="bytes">The bytes that come next; the parts need not lie side by side.</param>
    public static uint Append(uint crc, in ReadOnlySequence<byte> bytes)
    {
        foreach (var part in bytes)
        {
            crc = Append(crc, part.Span);
        }

        return crc;
    }
}
