using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using Serverless.StorageEngine.Log.Blocks;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.SharedLogs.Blocks;

/// <summary>Reads a carrier's blocks from stored bytes and checks that each is whole.</summary>
internal static class CarrierDecoder
{
    /// <summary>The length of the block that begins with <paramref name="bytes"/>.</summary>
    /// <param name="carrier">For the message of an error.</param>
    /// <param name="position">Where the block begins, for the message of an error.</param>
    /// <param name="bytes">At least <see cref="CarrierFormat.HeaderBytes"/> bytes.</param>
    /// <exception cref="CorruptDataException">This is not the beginning of a block.</exception>
    public static int ReadLength(SegmentName carrier, long position, ReadOnlySpan<byte> bytes)
    {
        var magic = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        Check(magic == CarrierFormat.Magic, carrier, position, "magic", CarrierFormat.Magic, magic);
        Check(bytes[4] == CarrierFormat.Version, carrier, position, "version", CarrierFormat.Version, bytes[4]);
        var length = BinaryPrimitives.ReadInt32BigEndian(bytes[8..]);
        Check(
            length is >= CarrierFormat.HeaderBytes + CarrierFormat.TrailerBytes and <= SegmentLimits.BlockBytesMax,
            carrier,
            position,
            "block length at most",
            SegmentLimits.BlockBytesMax,
            length);
        return length;
    }

    /// <summary>The number of the block that begins with <paramref name="bytes"/>, and when it was written, in
    /// milliseconds since 1970.</summary>
    /// <inheritdoc cref="ReadLength"/>
    public static (long Number, long WrittenAt) ReadStamp(SegmentName carrier, long position, ReadOnlySpan<byte> bytes)
    {
        ReadLength(carrier, position, bytes);
        return (BinaryPrimitives.ReadInt64BigEndian(bytes[24..]), BinaryPrimitives.ReadInt64BigEndian(bytes[32..]));
    }

    /// <summary>Reads one whole block.</summary>
    /// <param name="log">The shared log that it must belong to.</param>
    /// <param name="carrier">For the message of an error.</param>
    /// <param name="position">Where the block begins.</param>
    /// <param name="bytes">Exactly the block; the result keeps it.</param>
    /// <exception cref="CorruptDataException">A check failed.</exception>
    public static CarrierBlock Decode(
        SharedLogId log, SegmentName carrier, long position, ReadOnlyMemory<byte> bytes)
    {
        var span = bytes.Span;
        var length = ReadLength(carrier, position, span);
        Check(length == bytes.Length, carrier, position, "block length", bytes.Length, length);
        var stored = BinaryPrimitives.ReadUInt32BigEndian(span[^CarrierFormat.TrailerBytes..]);
        var computed = Crc32C.Compute(span[..^CarrierFormat.TrailerBytes]);
        Check(stored == computed, carrier, position, "CRC-32C", computed, stored);
        var owner = BinaryPrimitives.ReadUInt64BigEndian(span[56..]);
        Check(owner == SharedState.HashOf(log), carrier, position, "hash of the name", SharedState.HashOf(log), owner);
        var directoryLength = BinaryPrimitives.ReadInt32BigEndian(span[12..]);
        var piecesAt = (long)CarrierFormat.HeaderBytes + directoryLength;
        Check(
            directoryLength >= 0 && piecesAt <= length - CarrierFormat.TrailerBytes,
            carrier,
            position,
            "directory end at most",
            length - CarrierFormat.TrailerBytes,
            piecesAt);
        var isSeal = span[5] == 1;
        Check(isSeal || span[5] == 0, carrier, position, "block kind at most", 1, span[5]);

        var directory = span.Slice(CarrierFormat.HeaderBytes, directoryLength);
        var (entries, seal) = ReadDirectory(
            carrier, position, directory, isSeal, BinaryPrimitives.ReadInt32BigEndian(span[16..]));
        var pieces = entries.Sum(static entry => (long)entry.Length);
        Check(
            entries.All(static entry => entry.Length >= 0) && piecesAt + pieces == length - CarrierFormat.TrailerBytes,
            carrier,
            position,
            "bytes of pieces",
            length - CarrierFormat.TrailerBytes - piecesAt,
            pieces);
        return new CarrierBlock(
            position,
            length,
            BinaryPrimitives.ReadInt64BigEndian(span[24..]),
            Bits128.Read(span[40..]),
            BinaryPrimitives.ReadInt64BigEndian(span[32..]),
            BinaryPrimitives.ReadUInt32BigEndian(span[20..]),
            stored,
            entries,
            seal,
            bytes,
            (int)piecesAt);
    }

    private static (ImmutableArray<CarrierEntry> Entries, CarrierSeal? Seal) ReadDirectory(
        SegmentName carrier, long position, ReadOnlySpan<byte> directory, bool isSeal, int entryCount)
    {
        try
        {
            if (isSeal)
            {
                return ([], ReadSeal(ref directory));
            }

            var entries = ImmutableArray.CreateBuilder<CarrierEntry>();
            for (var place = 0; place < entryCount; place++)
            {
                entries.Add(ReadEntry(ref directory));
            }

            return directory.IsEmpty
                ? (entries.DrainToImmutable(), null)
                : throw new ArgumentException($"{directory.Length} bytes are left");
        }
        catch (ArgumentException exception)
        {
            throw new CorruptDataException(
                $"Segment {carrier}, position {position}: the block's directory does not parse; {exception.Message}");
        }
    }

    private static CarrierEntry ReadEntry(ref ReadOnlySpan<byte> source)
    {
        var kind = (CarrierEntryKind)SectionBytes.ReadByte(ref source);
        var id = SectionBytes.ReadInt64(ref source);
        switch (kind)
        {
            case CarrierEntryKind.Creation:
                var length = SectionBytes.ReadInt16(ref source);
                var name = Encoding.UTF8.GetString(source[..length]);
                source = source[length..];
                return CarrierEntry.Create(id, name);
            case CarrierEntryKind.Piece or CarrierEntryKind.Part:
                return new CarrierEntry(
                    kind, id, SectionBytes.ReadInt64(ref source), SectionBytes.ReadInt32(ref source), "");
            case CarrierEntryKind.Deletion:
                return CarrierEntry.Delete(id);
            default:
                throw new ArgumentException($"there is no entry of kind {(byte)kind}");
        }
    }

    private static CarrierSeal ReadSeal(ref ReadOnlySpan<byte> source)
    {
        var successor = new SegmentName(SectionBytes.ReadText(ref source));
        var number = SectionBytes.ReadInt32(ref source);
        var nextId = SectionBytes.ReadInt64(ref source);
        var segments = ImmutableArray.CreateBuilder<CarriedSegment>();
        for (var count = SectionBytes.ReadInt32(ref source); count > 0; count--)
        {
            var (id, length) = (SectionBytes.ReadInt64(ref source), SectionBytes.ReadInt64(ref source));
            segments.Add(new CarriedSegment(id, SectionBytes.ReadText(ref source), length));
        }

        return new CarrierSeal(successor, number, nextId, segments.DrainToImmutable(), CarrierIndex.Read(ref source));
    }

    private static void Check<T>(bool holds, SegmentName carrier, long position, string what, T expected, T found)
    {
        if (!holds)
        {
            throw new CorruptDataException(
                $"Segment {carrier}, position {position}: expected {what} {expected}, found {found}.");
        }
    }
}
