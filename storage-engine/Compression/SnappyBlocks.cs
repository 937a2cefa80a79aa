using System.Buffers;
using System.Buffers.Binary;
using Snappier;

namespace Serverless.StorageEngine.Compression;

/// <summary>
/// Snappy as Kafka's clients use it: the Java client frames it in the manner of snappy-java (the xerial framing: a
/// magic, two version numbers, then blocks with their length in front), others store one raw block. Both are read;
/// the framed form is written, which every client reads.
/// </summary>
internal static class SnappyBlocks
{
    private const int FrameHeaderBytes = 16;
    private const int FrameVersion = 1;
    private const int LengthBytes = sizeof(int);

    // The block size of snappy-java.
    private const int BlockBytes = 32 * 1024;

    // A copy element makes at most 64 bytes out of 3 (Snappy's format description, section 2.2). A stated length beyond
    // that ratio is a lie, found out before anything is allocated for it.
    private const int CopyBytesMax = 64;
    private const int CopyElementBytes = 3;

    private static ReadOnlySpan<byte> FrameMagic => [0x82, 0x53, 0x4E, 0x41, 0x50, 0x50, 0x59, 0x00];

    /// <summary>Restores raw or framed bytes into a target.</summary>
    /// <exception cref="InvalidDataException">
    /// They are malformed, or the result would be longer than the limit.
    /// </exception>
    public static void Decompress(ReadOnlySpan<byte> compressed, int lengthMax, IBufferWriter<byte> target)
    {
        if (!compressed.StartsWith(FrameMagic))
        {
            DecompressBlock(compressed, RestoredLength(compressed, lengthMax), target);
            return;
        }

        if (compressed.Length < FrameHeaderBytes)
        {
            throw new InvalidDataException("The snappy frame ends inside its header.");
        }

        var blocks = compressed[FrameHeaderBytes..];
        var length = 0;
        for (var rest = blocks; TakeBlock(ref rest, out var block);)
        {
            length += RestoredLength(block, lengthMax - length);
        }

        target.GetSpan(length);
        while (TakeBlock(ref blocks, out var block))
        {
            DecompressBlock(block, RestoredLength(block, length), target);
        }
    }

    /// <summary>Compresses into the framed form.</summary>
    public static void Compress(ReadOnlySpan<byte> bytes, IBufferWriter<byte> target)
    {
        var blockCount = (bytes.Length + BlockBytes - 1) / BlockBytes;
        var blockBytesMax = LengthBytes + Snappy.GetMaxCompressedLength(Math.Min(bytes.Length, BlockBytes));
        var header = target.GetSpan(FrameHeaderBytes + (blockCount * blockBytesMax));
        FrameMagic.CopyTo(header);
        BinaryPrimitives.WriteInt32BigEndian(header[FrameMagic.Length..], FrameVersion);
        BinaryPrimitives.WriteInt32BigEndian(header[(FrameMagic.Length + sizeof(int))..], FrameVersion);
        target.Advance(FrameHeaderBytes);
        while (!bytes.IsEmpty)
        {
            var block = bytes[..Math.Min(bytes.Length, BlockBytes)];
            var room = target.GetSpan(blockBytesMax);
            var length = Snappy.Compress(block, room[LengthBytes..]);
            BinaryPrimitives.WriteInt32BigEndian(room, length);
            target.Advance(LengthBytes + length);
            bytes = bytes[block.Length..];
        }
    }

    private static bool TakeBlock(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> block)
    {
        block = [];
        if (rest.IsEmpty)
        {
            return false;
        }

        var length = rest.Length < LengthBytes ? -1 : BinaryPrimitives.ReadInt32BigEndian(rest);
        if (length < 1 || length > rest.Length - LengthBytes)
        {
            throw new InvalidDataException("A block of the snappy frame does not end inside it.");
        }

        block = rest.Slice(LengthBytes, length);
        rest = rest[(LengthBytes + length)..];
        return true;
    }

    private static int RestoredLength(ReadOnlySpan<byte> block, int lengthMax)
    {
        var length = Snappy.GetUncompressedLength(block);
        if (length < 0 || length > lengthMax)
        {
            throw new InvalidDataException($"The bytes restore to {length} where at most {lengthMax} are allowed.");
        }

        return length <= (long)block.Length * CopyBytesMax / CopyElementBytes
            ? length
            : throw new InvalidDataException($"{block.Length} bytes of snappy cannot restore to {length}.");
    }

    private static void DecompressBlock(ReadOnlySpan<byte> block, int stated, IBufferWriter<byte> target)
    {
        var length = Snappy.Decompress(block, target.GetSpan(stated)[..stated]);
        if (length != stated)
        {
            throw new InvalidDataException($"The bytes restore to {length} where they state {stated}.");
        }

        target.Advance(length);
    }
}
