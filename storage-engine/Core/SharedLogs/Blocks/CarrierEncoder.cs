using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using Serverless.StorageEngine.Diagnostics;
using Serverless.StorageEngine.Log.Blocks;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.SharedLogs.Blocks;

/// <summary>Puts a carrier's block together around pieces that stay where they are.</summary>
internal static class CarrierEncoder
{
    /// <summary>Builds the block that follows a state.</summary>
    /// <param name="state">The shared log as it is folded so far.</param>
    /// <param name="nonce">128 random bits.</param>
    /// <param name="writtenAt">The writer's clock, in milliseconds since 1970.</param>
    /// <param name="entries">What it says.</param>
    /// <param name="pieces">The bytes of the entries that have bytes, in their order.</param>
    public static (CarrierBlock Block, ReadOnlySequence<byte> Bytes) Encode(
        SharedState state,
        Bits128 nonce,
        long writtenAt,
        ImmutableArray<CarrierEntry> entries,
        IReadOnlyList<ReadOnlySequence<byte>> pieces)
    {
        Invariant.Holds(entries.Length is > 0 and <= CarrierFormat.EntriesMax);
        var directory = new ArrayBufferWriter<byte>(CarrierFormat.PieceEntryBytes * entries.Length);
        foreach (var entry in entries)
        {
            WriteEntry(directory, entry);
        }

        return Finish(state, nonce, writtenAt, directory.WrittenSpan, entries, seal: null, pieces);
    }

    /// <summary>Builds the block that ends a carrier.</summary>
    public static (CarrierBlock Block, ReadOnlySequence<byte> Bytes) EncodeSeal(
        SharedState state, Bits128 nonce, long writtenAt, CarrierSeal seal)
    {
        var body = new ArrayBufferWriter<byte>(4_096);
        SectionBytes.WriteText(body, seal.Successor.Value);
        SectionBytes.WriteInt32(body, seal.CarrierNumber);
        SectionBytes.WriteInt64(body, seal.NextId);
        SectionBytes.WriteInt32(body, seal.Segments.Length);
        foreach (var segment in seal.Segments)
        {
            SectionBytes.WriteInt64(body, segment.Id);
            SectionBytes.WriteInt64(body, segment.Length);
            SectionBytes.WriteText(body, segment.Name);
        }

        seal.Index.Write(body);
        return Finish(state, nonce, writtenAt, body.WrittenSpan, [], seal, []);
    }

    private static void WriteEntry(ArrayBufferWriter<byte> target, in CarrierEntry entry)
    {
        SectionBytes.WriteByte(target, (byte)entry.Kind);
        SectionBytes.WriteInt64(target, entry.Id);
        if (entry.HasBytes)
        {
            SectionBytes.WriteInt64(target, entry.Position);
            SectionBytes.WriteInt32(target, entry.Length);
        }
        else if (entry.Kind == CarrierEntryKind.Creation)
        {
            var name = System.Text.Encoding.UTF8.GetBytes(entry.Name);
            SectionBytes.WriteInt16(target, (short)name.Length);
            target.Write(name);
        }
    }

    private static (CarrierBlock Block, ReadOnlySequence<byte> Bytes) Finish(
        SharedState state,
        Bits128 nonce,
        long writtenAt,
        ReadOnlySpan<byte> directory,
        ImmutableArray<CarrierEntry> entries,
        CarrierSeal? seal,
        IReadOnlyList<ReadOnlySequence<byte>> pieces)
    {
        var piecesAt = CarrierFormat.HeaderBytes + directory.Length;
        var length = (int)(piecesAt + pieces.Sum(static piece => piece.Length) + CarrierFormat.TrailerBytes);
        Invariant.Holds(length <= SegmentLimits.BlockBytesMax);
        var head = new byte[piecesAt];
        WriteHeader(head, state, nonce, writtenAt, length, directory.Length, seal is null ? entries.Length : -1);
        directory.CopyTo(head.AsSpan(CarrierFormat.HeaderBytes));

        var parts = new List<ReadOnlyMemory<byte>> { head };
        var crc = Crc32C.Compute(head);
        foreach (var piece in pieces)
        {
            foreach (var memory in piece)
            {
                parts.Add(memory);
                crc = Crc32C.Append(crc, memory.Span);
            }
        }

        var trailer = new byte[CarrierFormat.TrailerBytes];
        BinaryPrimitives.WriteUInt32BigEndian(trailer, crc);
        parts.Add(trailer);
        return (
            new CarrierBlock(
                state.Tail,
                length,
                state.NextBlock,
                nonce,
                writtenAt,
                state.LastCrc,
                crc,
                entries,
                seal,
                ReadOnlyMemory<byte>.Empty,
                piecesAt),
            ByteSequence.Of(parts));
    }

    private static void WriteHeader(
        Span<byte> head,
        SharedState state,
        Bits128 nonce,
        long writtenAt,
        int length,
        int directoryLength,
        int entryCount)
    {
        BinaryPrimitives.WriteUInt32BigEndian(head, CarrierFormat.Magic);
        head[4] = CarrierFormat.Version;
        head[5] = (byte)(entryCount < 0 ? 1 : 0);
        BinaryPrimitives.WriteInt32BigEndian(head[8..], length);
        BinaryPrimitives.WriteInt32BigEndian(head[12..], directoryLength);
        BinaryPrimitives.WriteInt32BigEndian(head[16..], Math.Max(entryCount, 0));
        BinaryPrimitives.WriteUInt32BigEndian(head[20..], state.LastCrc);
        BinaryPrimitives.WriteInt64BigEndian(head[24..], state.NextBlock);
        BinaryPrimitives.WriteInt64BigEndian(head[32..], writtenAt);
        Bits128.Write(head[40..], nonce);
        BinaryPrimitives.WriteUInt64BigEndian(head[56..], SharedState.HashOf(state.Log));
    }
}
