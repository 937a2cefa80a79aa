using System.Buffers;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Log.Blocks;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.Log;

public sealed class BlockFormatTests
{
    private static readonly PartitionId Partition = new(new TopicId((UInt128)0xABCDEF << 24), 3);
    private static readonly SegmentName Segment = new("topic/00000003/0000000000000000000-0000000000000001");
    private static readonly NodeIdentity Node = new(0x1111, "http://n1");

    [Fact]
    public void The_bytes_of_a_data_block_are_those_that_FORMAT_md_shows()
    {
        var encoded = Encode(StateBehindOneBlock(), BlockKind.Data, BlockBody.Empty, [LogWorld.BatchOf("hi")]);

        Assert.Equal(
            """
            534C4231 01010000 0000010A 00000001 00000000 00000002 00000000000000000000ABCDEF000003
            00000000000000000000000000001111 00000000000000000000000000002222
            0000000000000007 0000000000000040 00000000000003E8 0000000000000000000000000000BEEF
            00000000000000000000ABCDEF000000 00000003 00000001 0000000000000005 FFFFFFFFFFFFFFFF FFFF 0000
            FFFFFFFF 00000000000003E8 000000C0 00000046 00000000000000000000000000000000
            """.ReplaceLineEndings("").Replace(" ", "", StringComparison.Ordinal),
            Convert.ToHexString(encoded.Bytes.Slice(0, BlockFormat.HeaderBytes + BlockFormat.EntryBytes).ToArray()));
    }

    [Fact]
    public void What_was_encoded_is_decoded()
    {
        var state = StateBehindOneBlock() with { Index = SparseIndex.Empty.With(new IndexEntry(0, 0, -1)) };
        var body = new BlockBody(state.Snapshot(), Node, new SealMark(Segment));
        var encoded = Encode(state, BlockKind.Barrier, body, [LogWorld.BatchOf("a", "b"), LogWorld.BatchOf("c")]);

        var decoded = BlockDecoder.Decode(Segment, state.Tail, encoded.Bytes.ToArray());

        Assert.Equal(encoded.Block.Header, decoded.Header);
        Assert.Equal(encoded.Block.Entries, decoded.Entries);
        Assert.Equal(encoded.Block.NextChainHash, decoded.NextChainHash);
        Assert.Equal(Node, decoded.Body.Leader);
        Assert.Equal(Segment, decoded.Body.Seal!.Successor);
        Assert.Equal(state.Index.Entries, decoded.Body.State!.Index.Entries);
        Assert.Equal([5L, 7L], decoded.Batches.Select(batch => batch.BaseOffset));
    }

    [Fact]
    public void Every_flipped_bit_of_a_block_is_noticed()
    {
        var bytes = Encode(StateBehindOneBlock(), BlockKind.Data, BlockBody.Empty, [LogWorld.BatchOf("hi")]).Bytes.ToArray();

        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            var damaged = (byte[])bytes.Clone();
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Throws<CorruptDataException>(() => BlockDecoder.Decode(Segment, 100, damaged));
        }
    }

    [Fact]
    public void A_block_that_does_not_continue_the_chain_is_refused()
    {
        var state = StateBehindOneBlock();
        var block = Encode(state, BlockKind.Data, BlockBody.Empty, [LogWorld.BatchOf("hi")]).Block;

        Assert.Equal(6, LogRules.Apply(state, block).NextOffset);
        Assert.Throws<CorruptDataException>(() => LogRules.Apply(state with { ChainHash = 1 }, block));
        Assert.Throws<CorruptDataException>(() => LogRules.Apply(state with { NextBlockNumber = 6 }, block));
        Assert.Throws<CorruptDataException>(() => LogRules.Apply(state with { PreviousPosition = 0 }, block));
        Assert.Throws<CorruptDataException>(() => LogRules.Apply(state with { Epoch = 3 }, block));
        Assert.Throws<CorruptDataException>(() => LogRules.Apply(state with { NextOffset = 4 }, block));
        Assert.Throws<CorruptDataException>(() => LogRules.Apply(state with { Log = new LogId(1) }, block));
        Assert.Throws<CorruptDataException>(() => LogRules.Apply(state with { Tail = 101 }, block));
        Assert.Throws<CorruptDataException>(() => LogRules.Apply(state with { Ended = true }, block));
    }

    [Fact]
    public void The_first_block_of_a_segment_must_carry_the_log_s_state()
    {
        var state = LogState.Empty(Partition.Log, Segment);
        var block = Encode(state, BlockKind.Data, BlockBody.Empty, [LogWorld.BatchOf("hi")]).Block;

        Assert.Throws<CorruptDataException>(() => LogRules.Apply(state, block));
    }

    private static LogState StateBehindOneBlock() => LogState.Empty(Partition.Log, Segment) with
    {
        Tail = 100,
        SegmentBlocks = 1,
        NextBlockNumber = 7,
        PreviousPosition = 64,
        ChainHash = 0xBEEF,
        Epoch = 2,
        NextOffset = 5,
    };

    private static EncodedBlock Encode(
        LogState state, BlockKind kind, BlockBody body, IReadOnlyList<RecordBatch> batches) =>
        BlockEncoder.Encode(state, new BlockStamp(kind, 2, 0x1111, 0x2222, 1_000), body, Partition, batches);
}
