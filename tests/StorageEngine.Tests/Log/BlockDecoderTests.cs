using System.Buffers.Binary;
using Serverless.StorageEngine.Log.Blocks;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Tests.Documents;

namespace Serverless.StorageEngine.Tests.Log;

/// <summary>What a block may not say, whatever its checksum: each case names the field, the place and both values.</summary>
public sealed class BlockDecoderTests
{
    // The block of the document: a directory of one entry, a body, one batch, the checksum.
    private const int EntryAt = BlockFormat.HeaderBytes;
    private const int EntryFromAt = EntryAt + 56;
    private const int EntryLengthAt = EntryAt + 60;
    private const int BodyAt = EntryAt + BlockFormat.EntryBytes;
    private const int BodyBytes = 148;
    private const int BatchAt = BodyAt + BodyBytes;
    private const int BatchBytes = 69;
    private const int BlockBytes = BatchAt + BatchBytes + BlockFormat.TrailerBytes;

    private static readonly SegmentName Segment = new("some/segment");

    public static TheoryData<int, int, string> Lies => new()
    {
        { 0, 0x534C4232, "expected magic 1397506609, found 1397506610" },
        { BlockFormat.LengthAt, BlockBytes - 1, $"expected block length {BlockBytes}, found {BlockBytes - 1}" },
        { BlockFormat.LengthAt, BlockBytes + 1, $"expected block length {BlockBytes}, found {BlockBytes + 1}" },
        { BlockFormat.LengthAt, 115, "expected block length at most 4194304, found 115" },
        { BlockFormat.LengthAt, -1, "expected block length at most 4194304, found -1" },
        { BlockFormat.LengthAt, (4 * 1024 * 1024) + 1, "expected block length at most 4194304, found 4194305" },
        { BlockFormat.EntryCountAt, -1, $"expected directory and body end at most {BlockBytes}, found 180" },
        { BlockFormat.EntryCountAt, 5, $"expected directory and body end at most {BlockBytes}, found 660" },
        { BlockFormat.EntryCountAt, int.MaxValue, $"expected directory and body end at most {BlockBytes}, found " },
        { BlockFormat.BodyLengthAt, -1, $"expected directory and body end at most {BlockBytes}, found 191" },
        { BlockFormat.BodyLengthAt, 222, $"expected directory and body end at most {BlockBytes}, found 414" },
        { EntryFromAt, BodyAt - 1, $"expected batch end at most {BlockBytes - 4}, found {BodyAt - 1 + BatchBytes}" },
        { EntryFromAt, BatchAt + 1, $"expected batch end at most {BlockBytes - 4}, found {BlockBytes - 3}" },
        { EntryFromAt, int.MaxValue, $"expected batch end at most {BlockBytes - 4}, found 2147483716" },
        { EntryLengthAt, BatchBytes + 1, $"expected batch end at most {BlockBytes - 4}, found {BlockBytes - 3}" },
        { EntryLengthAt, RecordBatch.HeaderBytes - 1, $"expected batch end at most {BlockBytes - 4}, found 400" },
        { BodyAt + 1, 100_000, "the block's body does not parse; " },
    };

    [Theory]
    [MemberData(nameof(Lies))]
    public void A_field_that_cannot_be_is_refused_with_its_place(int at, int value, string problem)
    {
        var block = Shown();
        BinaryPrimitives.WriteInt32BigEndian(block.AsSpan(at), value);

        AssertRefused(Checked(block), problem);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(6)]
    [InlineData(255)]
    public void A_kind_that_this_version_does_not_know_is_refused(byte kind)
    {
        var block = Shown();
        block[BlockFormat.KindAt] = kind;

        AssertRefused(Checked(block), $"expected block kind at most 5, found {kind}");
    }

    [Theory]
    [InlineData(BlockKind.Data)]
    [InlineData(BlockKind.Copied)]
    public void Every_kind_of_this_version_is_read(object kind)
    {
        var block = Shown();
        block[BlockFormat.KindAt] = (byte)(BlockKind)kind;

        Assert.Equal(kind, BlockDecoder.Decode(Segment, 0, Checked(block)).Header.Kind);
    }

    [Fact]
    public void A_version_that_this_one_does_not_know_is_refused_before_anything_else()
    {
        var block = Shown();
        block[BlockFormat.VersionAt] = 2;

        AssertRefused(block, "expected version 1, found 2");
    }

    [Fact]
    public void A_checksum_that_does_not_fit_is_refused()
    {
        var block = Shown();
        block[^1] ^= 1;

        AssertRefused(block, "expected CRC-32C ");
    }

    [Fact]
    public void The_smallest_block_is_a_head_and_its_checksum()
    {
        var block = Shown()[..(BlockFormat.HeaderBytes + BlockFormat.TrailerBytes)];
        BinaryPrimitives.WriteInt32BigEndian(block.AsSpan(BlockFormat.LengthAt), block.Length);
        BinaryPrimitives.WriteInt32BigEndian(block.AsSpan(BlockFormat.EntryCountAt), 0);
        BinaryPrimitives.WriteInt32BigEndian(block.AsSpan(BlockFormat.BodyLengthAt), 0);

        var decoded = BlockDecoder.Decode(Segment, 7, Checked(block));

        Assert.Equal((7, 0, 7 + block.Length), (decoded.Position, decoded.Entries.Length, decoded.End));
    }

    [Fact]
    public void The_largest_block_has_four_mebibytes()
    {
        var block = new byte[SegmentLimits.BlockBytesMax];
        Shown().AsSpan(0, BlockFormat.HeaderBytes).CopyTo(block);
        BinaryPrimitives.WriteInt32BigEndian(block.AsSpan(BlockFormat.LengthAt), block.Length);
        BinaryPrimitives.WriteInt32BigEndian(block.AsSpan(BlockFormat.EntryCountAt), 0);
        BinaryPrimitives.WriteInt32BigEndian(block.AsSpan(BlockFormat.BodyLengthAt), 0);

        Assert.Equal(block.Length, BlockDecoder.Decode(Segment, 0, Checked(block)).Header.Length);
    }

    [Fact]
    public void A_batch_may_be_as_small_as_its_head_and_begin_right_behind_the_directory()
    {
        var block = Shown();
        BinaryPrimitives.WriteInt32BigEndian(block.AsSpan(BlockFormat.BodyLengthAt), 0);
        BinaryPrimitives.WriteInt32BigEndian(block.AsSpan(EntryFromAt), BodyAt);
        BinaryPrimitives.WriteInt32BigEndian(block.AsSpan(EntryLengthAt), RecordBatch.HeaderBytes);

        var decoded = BlockDecoder.Decode(Segment, 0, Checked(block));

        Assert.Equal(RecordBatch.HeaderBytes, decoded.Batches[0].Length);
    }

    [Fact]
    public void A_body_may_end_where_the_block_ends()
    {
        var block = Shown();
        BinaryPrimitives.WriteInt32BigEndian(block.AsSpan(BlockFormat.EntryCountAt), 0);
        block.AsSpan(EntryAt).Clear();
        BinaryPrimitives.WriteInt32BigEndian(block.AsSpan(BlockFormat.BodyLengthAt), BlockBytes - EntryAt);

        // One section that nobody knows fills the body, and the checksum behind it.
        block[EntryAt] = 99;
        BinaryPrimitives.WriteInt32BigEndian(block.AsSpan(EntryAt + 1), BlockBytes - EntryAt - 5);

        Assert.Empty(BlockDecoder.Decode(Segment, 0, Checked(block)).Batches);
    }

    private static byte[] Shown() => FormatDocument.Bytes("Example: the first block of a log");

    private static byte[] Checked(byte[] block)
    {
        var crc = Crc32C.Compute(block.AsSpan(0, block.Length - BlockFormat.TrailerBytes));
        BinaryPrimitives.WriteUInt32BigEndian(block.AsSpan(block.Length - BlockFormat.TrailerBytes), crc);
        return block;
    }

    private static void AssertRefused(byte[] block, string problem)
    {
        var refused = Assert.Throws<CorruptDataException>(() => BlockDecoder.Decode(Segment, 4_711, block));
        Assert.StartsWith("Segment some/segment, position 4711: ", refused.Message, StringComparison.Ordinal);
        Assert.Contains(problem, refused.Message, StringComparison.Ordinal);
    }
}
