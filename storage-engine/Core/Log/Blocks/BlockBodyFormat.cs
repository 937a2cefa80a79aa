using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Log.Blocks;

/// <summary>
/// The bytes of a block's body: sections of a tag (1 byte), a length (4 bytes) and content. A reader skips tags it
/// does not know, so that later versions can add sections.
/// </summary>
internal static class BlockBodyFormat
{
    private const byte StateTag = 1;
    private const byte LeaderTag = 2;
    private const byte SealTag = 3;
    private const int SectionHeaderBytes = 5;

    /// <summary>The body's bytes; empty for a body without parts.</summary>
    public static ReadOnlyMemory<byte> Encode(BlockBody body)
    {
        var target = new ArrayBufferWriter<byte>(256);
        if (body.State is { } state)
        {
            WriteSection(target, StateTag, content => WriteState(content, state));
        }

        if (body.Leader is { } leader)
        {
            WriteSection(target, LeaderTag, content => WriteNode(content, leader));
        }

        if (body.Seal is { } seal)
        {
            WriteSection(target, SealTag, content => WriteText(content, seal.Successor?.Value ?? ""));
        }

        return target.WrittenMemory;
    }

    /// <summary>Reads a body.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The bytes end inside a section, or state what cannot
    /// be.</exception>
    public static BlockBody Decode(ReadOnlySpan<byte> bytes)
    {
        var body = BlockBody.Empty;
        while (!bytes.IsEmpty)
        {
            var tag = bytes[0];
            var content = bytes.Slice(SectionHeaderBytes, BinaryPrimitives.ReadInt32BigEndian(bytes[1..]));
            bytes = bytes[(SectionHeaderBytes + content.Length)..];
            body = tag switch
            {
                StateTag => body with { State = ReadState(content) },
                LeaderTag => body with { Leader = ReadNode(ref content) },
                SealTag => body with { Seal = ReadSeal(content) },
                _ => body,
            };
        }

        return body;
    }

    private static void WriteSection(ArrayBufferWriter<byte> target, byte tag, Action<ArrayBufferWriter<byte>> write)
    {
        var content = new ArrayBufferWriter<byte>(256);
        write(content);
        var header = target.GetSpan(SectionHeaderBytes);
        header[0] = tag;
        BinaryPrimitives.WriteInt32BigEndian(header[1..], content.WrittenCount);
        target.Advance(SectionHeaderBytes);
        target.Write(content.WrittenSpan);
    }

    private static void WriteState(ArrayBufferWriter<byte> target, StateSnapshot state)
    {
        WriteInt64(target, state.SegmentBaseOffset);
        WriteInt64(target, state.SegmentCreatedAt);
        WriteInt64(target, state.SegmentBlocks);
        WriteInt64(target, state.NextOffset);
        WriteInt64(target, state.MaxTimestamp);
        WriteInt64(target, state.SegmentMinTimestamp);
        WriteNode(target, state.Leader);
        WriteInt64(target, state.Index.IntervalBytes);
        WriteInt64(target, state.Index.Entries.Length);
        foreach (var entry in state.Index.Entries)
        {
            WriteInt64(target, entry.Position);
            WriteInt64(target, entry.BaseOffset);
            WriteInt64(target, entry.MaxTimestampBefore);
        }
    }

    private static StateSnapshot ReadState(ReadOnlySpan<byte> source)
    {
        var segmentBaseOffset = ReadInt64(ref source);
        var segmentCreatedAt = ReadInt64(ref source);
        var segmentBlocks = (int)ReadInt64(ref source);
        var nextOffset = ReadInt64(ref source);
        var maxTimestamp = ReadInt64(ref source);
        var segmentMinTimestamp = ReadInt64(ref source);
        var leader = ReadNode(ref source);
        var interval = ReadInt64(ref source);
        var count = ReadInt64(ref source);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, SparseIndex.EntriesMax);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var entries = ImmutableArray.CreateBuilder<IndexEntry>((int)count);
        while (entries.Count < count)
        {
            entries.Add(new IndexEntry(ReadInt64(ref source), ReadInt64(ref source), ReadInt64(ref source)));
        }

        return new StateSnapshot(
            segmentBaseOffset,
            segmentCreatedAt,
            segmentBlocks,
            nextOffset,
            maxTimestamp,
            segmentMinTimestamp,
            leader,
            new SparseIndex(interval, entries.DrainToImmutable()));
    }

    private static SealMark ReadSeal(ReadOnlySpan<byte> source)
    {
        var successor = ReadText(ref source);
        return new SealMark(successor.Length == 0 ? null : new SegmentName(successor));
    }

    private static void WriteNode(ArrayBufferWriter<byte> target, NodeIdentity node)
    {
        BinaryPrimitives.WriteUInt128BigEndian(target.GetSpan(16), node.Id);
        target.Advance(16);
        WriteText(target, node.Address);
    }

    private static NodeIdentity ReadNode(ref ReadOnlySpan<byte> source)
    {
        var id = BinaryPrimitives.ReadUInt128BigEndian(source);
        source = source[16..];
        return new NodeIdentity(id, ReadText(ref source));
    }

    private static void WriteText(ArrayBufferWriter<byte> target, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        BinaryPrimitives.WriteInt32BigEndian(target.GetSpan(sizeof(int)), bytes.Length);
        target.Advance(sizeof(int));
        target.Write(bytes);
    }

    private static string ReadText(ref ReadOnlySpan<byte> source)
    {
        var length = BinaryPrimitives.ReadInt32BigEndian(source);
        var text = Encoding.UTF8.GetString(source.Slice(sizeof(int), length));
        source = source[(sizeof(int) + length)..];
        return text;
    }

    private static void WriteInt64(ArrayBufferWriter<byte> target, long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(target.GetSpan(sizeof(long)), value);
        target.Advance(sizeof(long));
    }

    private static long ReadInt64(ref ReadOnlySpan<byte> source)
    {
        var value = BinaryPrimitives.ReadInt64BigEndian(source);
        source = source[sizeof(long)..];
        return value;
    }
}
