using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Log.Blocks;
using Serverless.StorageEngine.Producers;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Tests.Documents;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.Log;

public sealed class BlockFormatTests
{
    private static readonly PartitionId Partition = new(new TopicId((UInt128)0xABCDEF << 24), 3);
    private static readonly SegmentName Segment = LogKeys.SegmentName(Partition, baseOffset: 0, nonce: 1);
    private static readonly NodeIdentity Node = new(0x1111, "http://n1");

    [Theory]
    [InlineData(1)]
    [InlineData(752)]
    [InlineData(753)]
    public void The_chain_hash_is_sha_256_over_head_and_checksum_whatever_their_length(int length)
    {
        var bytes = new byte[length + 4];
        new Random(length).NextBytes(bytes);
        var crc = BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(length));

        var next = BlockChain.Next(bytes.AsSpan(0, length), crc);

        Assert.Equal(BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(bytes)), next);
    }

    [Fact]
    public void The_bytes_of_the_first_block_of_a_log_are_those_that_FORMAT_md_shows() =>
        AssertShown("Example: the first block of a log", FirstBlock());

    [Fact]
    public void The_bytes_of_a_data_block_are_those_that_FORMAT_md_shows() =>
        AssertShown("Example: a data block", SecondBlock());

    [Fact]
    public void The_blocks_that_FORMAT_md_shows_are_a_log()
    {
        byte[] first = FormatDocument.Bytes("Example: the first block of a log");
        byte[] second = FormatDocument.Bytes("Example: a data block");

        var state = LogRules.Apply(
            LogState.Empty(Partition.Log, Segment), BlockDecoder.Decode(Segment, 0, first));
        state = LogRules.Apply(state, BlockDecoder.Decode(Segment, first.Length, second));

        Assert.Equal((2, 1, Node), (state.NextOffset, state.Epoch, state.Leader));
    }

    [Fact]
    public void The_history_that_FORMAT_md_shows_is_the_one_it_describes()
    {
        byte[] shown = FormatDocument.Bytes("Example: a history");
        const long Time = 1_700_000_000_000;
        var history = new AppendHistory(
            ProducerStates.Empty.With(4001, 3, 7, new(2, 10, -1), Time).With(4001, 3, 9, new(1, 12, -1), Time),
            RequestWindow.Empty.With(
                new(UInt128.Parse("000102030405060708090A0B0C0D0E0F", NumberStyles.HexNumber, null), 0, 1, 13, -1, Time)),
            "t1");
        var written = new ArrayBufferWriter<byte>();

        AppendHistoryFormat.Write(written, Time, history);

        Assert.Equal(Convert.ToHexString(shown), Convert.ToHexString(written.WrittenSpan));
        Assert.Equal((Time, history), AppendHistoryFormat.Read(shown));
    }

    [Fact]
    public void An_empty_history_costs_a_checkpoint_25_bytes()
    {
        var state = StateBehindOneBlock();
        var body = new BlockBody(state.Snapshot(), Leader: null, Seal: null);
        var without = new BlockBody(state.Snapshot() with { History = null }, Leader: null, Seal: null);

        Assert.Equal(25, BlockBodyFormat.Encode(body).Length - BlockBodyFormat.Encode(without).Length);
    }

    [Fact]
    public void The_fullest_state_fits_in_a_body_and_in_what_is_reckoned_for_it()
    {
        var (producers, requests, index) = (ProducerStates.Empty, RequestWindow.Empty, SparseIndex.Empty);
        for (var number = 0; number < 10_000; number++)
        {
            producers = producers.With(number / 5, 0, number % 5, new(1, number, -1), 0);
            requests = requests.With(new((UInt128)(number + 1), 0, 1, number, -1, 0));
            index = index.With(new IndexEntry(number * index.IntervalBytes, number, 0));
        }

        var full = StateBehindOneBlock() with
        {
            Index = index,
            History = new AppendHistory(producers, requests, new string('t', AppendConditions.FencingTokenBytesMax)),
        };
        var body = BlockBodyFormat.Encode(new BlockBody(full.Snapshot(), Node, new SealMark(Segment)));

        Assert.InRange(body.Length, 320_000, BlockBodyFormat.BytesMax(full));
        Assert.InRange(BlockBodyFormat.BytesMax(full), body.Length, BlockFormat.BodyBytesMax);
        Assert.InRange(BlockBodyFormat.BytesMax(full with { History = AppendHistory.Empty }), 0, BlockFormat.BodyRoomBytes);
    }

    [Fact]
    public void A_history_without_the_state_that_it_belongs_to_is_refused() =>
        Assert.Throws<ArgumentException>(() => BlockBodyFormat.Decode(
            [4, 0, 0, 0, 20, .. new byte[20]]));

    [Fact]
    public void A_largest_timestamp_without_the_state_that_it_belongs_to_is_refused() =>
        Assert.Throws<ArgumentException>(() => BlockBodyFormat.Decode([6, 0, 0, 0, 8, .. new byte[8]]));

    [Theory]
    [InlineData(-1L, null)]
    [InlineData(0L, 0L)]
    [InlineData(5_000L, 5_000L)]
    public void A_checkpoint_tells_the_largest_timestamp_of_its_segment_where_that_has_records(long largest, long? told)
    {
        var state = StateBehindOneBlock() with { SegmentMaxTimestamp = largest };
        var body = BlockBodyFormat.Encode(new BlockBody(state.Snapshot(), Leader: null, Seal: null));

        Assert.Equal(told, BlockBodyFormat.Decode(body.Span).State!.SegmentMaxTimestamp);
    }

    [Theory]
    [InlineData(14, 0xFF)]
    [InlineData(14, 0x01)]
    [InlineData(40, 0)]
    [InlineData(40, 6)]
    [InlineData(81, 0xFF)]
    [InlineData(81, 0x01)]
    public void A_history_with_a_count_that_cannot_be_is_refused(int at, byte value)
    {
        byte[] history = FormatDocument.Bytes("Example: a history");
        history[at] = value;

        Assert.Throws<ArgumentOutOfRangeException>(() => AppendHistoryFormat.Read(history));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(8, true)]
    [InlineData(7, false)]
    public void An_entry_tells_from_bit_3_whether_its_records_have_the_time_of_the_append(short attributes, bool told) =>
        Assert.Equal(
            told, (SecondBlock().Block.Entries[0] with { Attributes = attributes }).IsLogAppendTime);

    [Fact]
    public void The_key_of_a_request_is_in_the_directory_beside_the_number_of_its_first_record()
    {
        var state = StateBehindOneBlock();
        var stamp = new BlockStamp(BlockKind.Data, 2, 0x1111, 0x2222, 1_000);
        var encoded = BlockEncoder.Encode(
            state, stamp, BlockBody.Empty, Partition, [new KeyedBatch(LogWorld.BatchOf("a"), new RequestKey(0xABC, 9))]);

        var entry = BlockDecoder.Decode(Segment, state.Tail, encoded.Bytes.ToArray()).Entries[0];

        Assert.Equal(new RequestKey(0xABC, 9), entry.Request);
        Assert.Equal(-1, entry.BaseSequence);
    }

    [Fact]
    public void What_was_encoded_is_decoded()
    {
        var state = StateBehindOneBlock() with { Index = SparseIndex.Empty.With(new IndexEntry(0, 0, -1)) };
        var body = new BlockBody(state.Snapshot(), Node, new SealMark(Segment)) { FencingToken = "t2" };
        var encoded = Encode(state, BlockKind.Barrier, body, [LogWorld.BatchOf("a", "b"), LogWorld.BatchOf("c")]);

        var decoded = BlockDecoder.Decode(Segment, state.Tail, encoded.Bytes.ToArray());

        Assert.Equal(encoded.Block.Header, decoded.Header);
        Assert.Equal(encoded.Block.Entries, decoded.Entries);
        Assert.Equal(encoded.Block.NextChainHash, decoded.NextChainHash);
        Assert.Equal(Node, decoded.Body.Leader);
        Assert.Equal(Segment, decoded.Body.Seal!.Successor);
        Assert.Equal("t2", decoded.Body.FencingToken);
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

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(255)]
    public void A_block_of_another_version_is_refused_whatever_its_checksum(byte version)
    {
        var bytes = SecondBlock().Bytes.ToArray();
        bytes[BlockFormat.VersionAt] = version;
        Seal(bytes);

        var refusal = Assert.Throws<CorruptDataException>(() => BlockDecoder.Decode(Segment, 0, bytes));

        Assert.Contains($"expected version 1, found {version}", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_section_that_this_version_does_not_know_is_skipped()
    {
        byte[] known = [.. BlockBodyFormat.Encode(new BlockBody(State: null, Node, Seal: null)).Span];
        byte[] unknown = [200, 0, 0, 0, 2, 0xAB, 0xCD];

        Assert.Equal(Node, BlockBodyFormat.Decode([.. unknown, .. known, .. unknown]).Leader);
    }

    private static EncodedBlock FirstBlock()
    {
        var state = LogState.Empty(Partition.Log, Segment);
        var body = new BlockBody(state.Snapshot(), Node, Seal: null);
        var stamp = new BlockStamp(BlockKind.Barrier, Epoch: 1, Node.Id, Nonce: 0x2221, WrittenAt: 1_000);
        return BlockEncoder.Encode(state, stamp, body, Partition, [new KeyedBatch(LogWorld.BatchOf("a"), null)]);
    }

    private static EncodedBlock SecondBlock()
    {
        var state = LogRules.Apply(LogState.Empty(Partition.Log, Segment), FirstBlock().Block);
        var stamp = new BlockStamp(BlockKind.Data, Epoch: 1, WriterId: 0x1112, Nonce: 0x2222, WrittenAt: 1_001);
        return BlockEncoder.Encode(state, stamp, BlockBody.Empty, Partition, [new KeyedBatch(LogWorld.BatchOf("hi"), null)]);
    }

    private static void AssertShown(string example, EncodedBlock block) =>
        Assert.Equal(Convert.ToHexString(FormatDocument.Bytes(example)), Convert.ToHexString(block.Bytes.ToArray()));

    private static void Seal(Span<byte> block) => BinaryPrimitives.WriteUInt32BigEndian(
        block[^BlockFormat.TrailerBytes..], Crc32C.Compute(block[..^BlockFormat.TrailerBytes]));

    [Fact]
    public void A_checkpoint_that_differs_from_the_blocks_before_it_is_refused()
    {
        var state = StateBehindOneBlock();
        var drifted = new BlockBody(state.Snapshot() with { MaxTimestamp = 9 }, Leader: null, Seal: null);
        var block = Encode(state, BlockKind.Checkpoint, drifted, [LogWorld.BatchOf("hi")]).Block;

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
        BlockEncoder.Encode(
            state,
            new BlockStamp(kind, 2, 0x1111, 0x2222, 1_000),
            body,
            Partition,
            [.. batches.Select(static batch => new KeyedBatch(batch, null))]);
}
