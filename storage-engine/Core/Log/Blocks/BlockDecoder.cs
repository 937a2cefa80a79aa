using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Log.Blocks;

/// <summary>Reads blocks from stored bytes and checks that each is whole.</summary>
internal static class BlockDecoder
{
    /// <summary>The length of the block that begins with <paramref name="bytes"/>.</summary>
    /// <param name="segment">For the message of an error.</param>
    /// <param name="position">Where the block begins, for the message of an error.</param>
    /// <param name="bytes">At least <see cref="BlockFormat.HeaderBytes"/> bytes.</param>
    /// <exception cref="CorruptDataException">This is not the beginning of a block.</exception>
    public static int ReadLength(SegmentName segment, long position, ReadOnlySpan<byte> bytes)
    {
        var magic = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        Check(magic == BlockFormat.Magic, segment, position, "magic", BlockFormat.Magic, magic);
        var version = bytes[BlockFormat.VersionAt];
        Check(version == BlockFormat.Version, segment, position, "version", BlockFormat.Version, version);
        var length = BinaryPrimitives.ReadInt32BigEndian(bytes[BlockFormat.LengthAt..]);
        Check(
            length is >= BlockFormat.HeaderBytes + BlockFormat.TrailerBytes and <= SegmentLimits.BlockBytesMax,
            segment,
            position,
            "block length at most",
            SegmentLimits.BlockBytesMax,
            length);
        return length;
    }

    /// <summary>Reads one whole block.</summary>
    /// <param name="segment">For the message of an error.</param>
    /// <param name="position">Where the block begins.</param>
    /// <param name="bytes">Exactly the block; the result keeps it and hands out slices of it.</param>
    /// <exception cref="CorruptDataException">A check failed.</exception>
    public static LogBlock Decode(SegmentName segment, long position, Memory<byte> bytes)
    {
        var span = bytes.Span;
        var length = ReadLength(segment, position, span);
        Check(length == bytes.Length, segment, position, "block length", bytes.Length, length);
        var stored = BinaryPrimitives.ReadUInt32BigEndian(span[^BlockFormat.TrailerBytes..]);
        var computed = Crc32C.Compute(span[..^BlockFormat.TrailerBytes]);
        Check(stored == computed, segment, position, "CRC-32C", computed, stored);

        var header = BlockHeader.Read(span);
        Check(
            header.Kind is >= BlockKind.Data and <= BlockKind.Copied,
            segment,
            position,
            "block kind at most",
            (byte)BlockKind.Copied,
            (byte)header.Kind);
        var directoryEnd = BlockFormat.HeaderBytes + ((long)header.EntryCount * BlockFormat.EntryBytes);
        Check(
            header.EntryCount >= 0 && header.BodyLength >= 0 && directoryEnd + header.BodyLength <= length,
            segment,
            position,
            "directory and body end at most",
            length,
            directoryEnd + header.BodyLength);
        var entries = new BlockEntry[header.EntryCount];
        var batches = new RecordBatch[header.EntryCount];
        for (var place = 0; place < entries.Length; place++)
        {
            var entry = BlockEntry.Read(span[(BlockFormat.HeaderBytes + (place * BlockFormat.EntryBytes))..]);
            Check(
                entry.From >= directoryEnd && entry.Length >= RecordBatch.HeaderBytes
                    && (long)entry.From + entry.Length <= length - BlockFormat.TrailerBytes,
                segment,
                position,
                "batch end at most",
                length - BlockFormat.TrailerBytes,
                (long)entry.From + entry.Length);
            entries[place] = entry;
            batches[place] = new RecordBatch(bytes.Slice(entry.From, entry.Length));
        }

        var body = DecodeBody(segment, position, span.Slice((int)directoryEnd, header.BodyLength));
        return new LogBlock(
            position,
            header,
            ImmutableCollectionsMarshal.AsImmutableArray(entries),
            body,
            ImmutableCollectionsMarshal.AsImmutableArray(batches),
            BlockChain.Next(span[..(int)directoryEnd], computed));
    }

    private static BlockBody DecodeBody(SegmentName segment, long position, ReadOnlySpan<byte> bytes)
    {
        try
        {
            return BlockBodyFormat.Decode(bytes);
        }
        catch (ArgumentException exception)
        {
            throw new CorruptDataException(
                $"Segment {segment}, position {position}: the block's body does not parse; {exception.Message}");
        }
    }

    private static void Check<T>(bool holds, SegmentName segment, long position, string what, T expected, T found)
    {
        if (!holds)
        {
            throw new CorruptDataException(
                $"Segment {segment}, position {position}: expected {what} {expected}, found {found}.");
        }
    }
}
