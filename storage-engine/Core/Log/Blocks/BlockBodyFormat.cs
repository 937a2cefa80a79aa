using System.Buffers;
using System.Buffers.Binary;
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
    private const byte HistoryTag = 4;
    private const byte FenceTag = 5;
    private const byte SegmentMaxTimestampTag = 6;
    private const byte CopyTag = 7;
    private const int SectionHeaderBytes = 5;

    // What has one size, the other sections, and addresses. Without a history the sum stays below the room for a body.
    private const int OtherBytesMax = 7 * 1024;
    private const int IndexEntryBytes = 24;

    /// <summary>At least as many bytes as the body of a block has that carries <paramref name="state"/>'s
    /// snapshot.</summary>
    public static int BytesMax(LogState state) =>
        OtherBytesMax
        + (state.Index.Entries.Length * IndexEntryBytes)
        + AppendHistoryFormat.BytesMax(state.History);

    /// <summary>The body's bytes; empty for a body without parts.</summary>
    public static ReadOnlyMemory<byte> Encode(BlockBody body)
    {
        if (ReferenceEquals(body, BlockBody.Empty))
        {
            return default;
        }

        var target = new ArrayBufferWriter<byte>(256);
        if (body.State is { } state)
        {
            WriteSection(target, StateTag, content => WriteState(content, state));
            if (state.SegmentMaxTimestamp is { } largest)
            {
                WriteSection(target, SegmentMaxTimestampTag, content => SectionBytes.WriteInt64(content, largest));
            }

            if (state.History is { } history)
            {
                WriteSection(
                    target, HistoryTag, content => AppendHistoryFormat.Write(content, state.Time, history));
            }
        }

        if (body.Leader is { } leader)
        {
            WriteSection(target, LeaderTag, content => WriteNode(content, leader));
        }

        if (body.Seal is { } seal)
        {
            WriteSection(target, SealTag, content => SectionBytes.WriteText(content, seal.Successor?.Value ?? ""));
        }

        if (body.FencingToken is { } token)
        {
            WriteSection(target, FenceTag, content => SectionBytes.WriteText(content, token));
        }

        if (body.Copy is { } copy)
        {
            WriteSection(target, CopyTag, content => CopySummaryFormat.Write(content, copy));
        }

        return target.WrittenMemory;
    }

    /// <summary>Reads a body.</summary>
    /// <exception cref="ArgumentException">The bytes end inside a section, or state what cannot be.</exception>
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
                HistoryTag => body with { State = WithHistory(body.State, content) },
                SegmentMaxTimestampTag => body with { State = WithLargestTimestamp(body.State, content) },
                FenceTag => body with { FencingToken = SectionBytes.ReadText(ref content) },
                CopyTag => body with { Copy = CopySummaryFormat.Read(content) },
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
        SectionBytes.WriteInt64(target, state.SegmentBaseOffset);
        SectionBytes.WriteInt64(target, state.SegmentCreatedAt);
        SectionBytes.WriteInt64(target, state.SegmentBlocks);
        SectionBytes.WriteInt64(target, state.NextOffset);
        SectionBytes.WriteInt64(target, state.MaxTimestamp);
        SectionBytes.WriteInt64(target, state.SegmentMinTimestamp);
        WriteNode(target, state.Leader);
        SparseIndexFormat.Write(target, state.Index);
    }

    private static StateSnapshot ReadState(ReadOnlySpan<byte> source)
    {
        var segmentBaseOffset = SectionBytes.ReadInt64(ref source);
        var segmentCreatedAt = SectionBytes.ReadInt64(ref source);
        var segmentBlocks = (int)SectionBytes.ReadInt64(ref source);
        var nextOffset = SectionBytes.ReadInt64(ref source);
        var maxTimestamp = SectionBytes.ReadInt64(ref source);
        var segmentMinTimestamp = SectionBytes.ReadInt64(ref source);
        var leader = ReadNode(ref source);
        var index = SparseIndexFormat.Read(ref source);
        return new StateSnapshot(
            segmentBaseOffset,
            segmentCreatedAt,
            segmentBlocks,
            nextOffset,
            maxTimestamp,
            segmentMinTimestamp,
            leader,
            index,
            Time: 0,
            History: null);
    }

    private static StateSnapshot WithHistory(StateSnapshot? state, ReadOnlySpan<byte> source)
    {
        var (time, history) = AppendHistoryFormat.Read(source);
        return state is null
            ? throw new ArgumentException("Section 4 stands in front of the state that it belongs to.", nameof(state))
            : state with { Time = time, History = history };
    }

    private static StateSnapshot WithLargestTimestamp(StateSnapshot? state, ReadOnlySpan<byte> source) =>
        state is null
            ? throw new ArgumentException("Section 6 stands in front of the state that it belongs to.", nameof(state))
            : state with { SegmentMaxTimestamp = SectionBytes.ReadInt64(ref source) };

    private static SealMark ReadSeal(ReadOnlySpan<byte> source)
    {
        var successor = SectionBytes.ReadText(ref source);
        return new SealMark(successor.Length == 0 ? null : new SegmentName(successor));
    }

    private static void WriteNode(ArrayBufferWriter<byte> target, NodeIdentity node)
    {
        SectionBytes.WriteBits128(target, node.Id);
        SectionBytes.WriteText(target, node.Address);
    }

    private static NodeIdentity ReadNode(ref ReadOnlySpan<byte> source) =>
        new(SectionBytes.ReadBits128(ref source), SectionBytes.ReadText(ref source));
}
