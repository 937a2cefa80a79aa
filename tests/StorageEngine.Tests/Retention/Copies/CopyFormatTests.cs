using System.Buffers;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Log.Blocks;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Tests.Documents;
using Serverless.StorageEngine.Tests.Records;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.Retention.Copies;

/// <summary>The bytes of a copy, held against <c>storage-engine/FORMAT.md</c>.</summary>
public sealed class CopyFormatTests
{
    private static readonly PartitionId Partition = new(new TopicId((UInt128)0xABCDEF << 24), 3);
    private static readonly SegmentName Name = LogKeys.CopyName(Partition, baseOffset: 0, nonce: 1);

    [Fact]
    public void The_block_with_records_is_the_one_that_FORMAT_md_shows() => Assert.Equal(
        Convert.ToHexString(FormatDocument.Bytes("Example: a block of a copy")),
        Convert.ToHexString(First().Bytes.ToArray()));

    [Fact]
    public void The_last_block_is_the_one_that_FORMAT_md_shows() => Assert.Equal(
        Convert.ToHexString(FormatDocument.Bytes("Example: the last block of a copy")),
        Convert.ToHexString(Last().ToArray()));

    [Fact]
    public void The_last_block_is_read_as_it_was_written()
    {
        var block = BlockDecoder.Decode(Name, 0, Last().ToArray());

        Assert.Equal((BlockKind.Copied, 0), (block.Header.Kind, block.Entries.Length));
        Assert.Equal(Summary() with { Index = block.Body.Copy!.Index }, block.Body.Copy);
        Assert.Equal(Summary().Index.Entries, block.Body.Copy.Index.Entries);
    }

    [Fact]
    public void The_name_of_a_copy_is_the_one_that_FORMAT_md_shows() => Assert.Equal(
        "copies/00000000000000000000abcdef000000/00000003/0000000000000000000-0000000000000001", Name.Value);

    [Fact]
    public void A_block_of_a_copy_is_no_part_of_a_log() => Assert.Throws<CorruptDataException>(() => LogRules.Apply(
        LogState.Empty(Partition.Log, Name), BlockDecoder.Decode(Name, 0, First().Bytes.ToArray())));

    private static (ReadOnlySequence<byte> Bytes, Bits128 NextChainHash) First()
    {
        var batch = GappedBatch.Of(2, (0, "a"), (2, "c"));
        batch.Assign(0, leaderEpoch: 4);
        return CopyBlockEncoder.Encode(
            new CopyPlace(Partition.Log, 0, -1, BlockChain.Start),
            new BlockStamp(BlockKind.Copied, Epoch: 4, WriterId: 0x1111, Nonce: 0x2221, WrittenAt: 5_000),
            BlockBody.Empty,
            [BlockEntry.Of(Partition, new KeyedBatch(batch, null), 0)],
            batch.Bytes);
    }

    private static ReadOnlySequence<byte> Last() => CopyBlockEncoder.Encode(
        new CopyPlace(Partition.Log, 1, 0, First().NextChainHash),
        new BlockStamp(BlockKind.Copied, Epoch: 4, WriterId: 0x1111, Nonce: 0x2222, WrittenAt: 5_000),
        BlockBody.Empty with { Copy = Summary() },
        [],
        ReadOnlyMemory<byte>.Empty).Bytes;

    private static CopySummary Summary() =>
        new(0, 3, 2, 1_000, 1_000, SparseIndex.Empty.With(new IndexEntry(0, 0, -1)));
}
