using System.Buffers;
using CsCheck;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Log.Blocks;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.Log;

/// <summary>What a node keeps in memory for readers, against a list in the order of use.</summary>
public sealed class BlockCacheTests
{
    private static readonly PartitionId Partition = new(new TopicId(7), 0);
    private static readonly SegmentName Segment = new("segment");

    [Fact]
    public void It_finds_what_was_used_last_and_holds_no_more_than_it_may() =>
        Gen.Select(Gen.Int[0, 2], Gen.Int[0, 40], Gen.Int[1, 4]).Array[0, 60].Sample(static steps =>
        {
            var bytesMax = 8 * BlockOf(0, 1).MemoryBytes;
            var cache = new BlockCache(bytesMax);
            var model = new List<LogBlock>();
            foreach (var (step, offset, records) in steps)
            {
                switch (step)
                {
                    case 0:
                        Add(model, BlockOf(offset, records), bytesMax);
                        cache.Add(Partition.Log, BlockOf(offset, records));
                        break;
                    case 1:
                        var expected = model.Find(block => block.BaseOffset <= offset && block.NextOffset > offset);
                        Assert.Equal(expected?.BaseOffset, cache.Find(Partition.Log, offset)?.BaseOffset);
                        if (expected is not null && model.Remove(expected))
                        {
                            model.Insert(0, expected);
                        }

                        break;
                    default:
                        cache.ForgetBefore(Partition.Log, offset);
                        model.RemoveAll(block => block.BaseOffset < offset);
                        break;
                }

                Assert.Equal(model.Sum(static block => block.MemoryBytes), cache.Bytes);
            }

            Assert.All(model, block => Assert.Equal(block.NextOffset, cache.Find(Partition.Log, block.BaseOffset)?.NextOffset));
        });

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    public void A_block_counts_as_much_as_it_takes_with_its_objects(int batches)
    {
        const int Blocks = 1_000;
        var blocks = Enumerable.Range(0, Blocks).Select(block => Encode(block * batches, batches, 1).Bytes).ToArray();
        var cache = new BlockCache(long.MaxValue);
        var before = GC.GetAllocatedBytesForCurrentThread();

        foreach (var block in blocks)
        {
            cache.Add(Partition.Log, BlockDecoder.Decode(Segment, 0, block.ToArray()));
        }

        var taken = (double)(GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.InRange(cache.Bytes, taken * 0.7, taken * 1.4);
    }

    private static void Add(List<LogBlock> model, LogBlock block, long bytesMax)
    {
        if (model.Exists(other => other.BaseOffset == block.BaseOffset && other.NextOffset == block.NextOffset))
        {
            return;
        }

        model.RemoveAll(other => other.BaseOffset < block.NextOffset && other.NextOffset > block.BaseOffset);
        model.Insert(0, block);
        while (model.Sum(static other => other.MemoryBytes) > bytesMax)
        {
            model.RemoveAt(model.Count - 1);
        }
    }

    private static LogBlock BlockOf(long offset, int records) => Encode(offset, batches: 1, records).Block;

    private static EncodedBlock Encode(long offset, int batches, int records)
    {
        var state = LogState.Empty(Partition.Log, Segment) with { NextOffset = offset };
        var stamp = new BlockStamp(BlockKind.Data, 0, 1, 2, 1_000);
        return BlockEncoder.Encode(
            state,
            stamp,
            BlockBody.Empty,
            Partition,
            [.. Enumerable.Repeat(records, batches).Select(static count => new KeyedBatch(BatchOf(count), null))]);
    }

    private static RecordBatch BatchOf(int records) => LogWorld.BatchOf([.. Enumerable.Repeat("a", records)]);
}
