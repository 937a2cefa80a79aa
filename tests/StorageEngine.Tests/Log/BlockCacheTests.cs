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
    private const int Rest = 100;
    private static readonly PartitionId Partition = new(new TopicId(7), 0);
    private static readonly SegmentName Segment = new("segment");

    [Fact]
    public void It_finds_what_was_used_last_and_holds_no_more_than_it_may() =>
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 40], Gen.Int[1, 4]).Array[0, 60].Sample(static steps =>
        {
            var bytesMax = 8 * BlockOf(0, 1).MemoryBytes;
            var cache = new BlockCache(bytesMax);
            var model = new List<Page>();
            foreach (var (step, offset, records) in steps)
            {
                switch (step)
                {
                    case 0:
                        Add(model, new Page([BlockOf(offset, records)], BlockOf(offset, records).MemoryBytes), bytesMax);
                        cache.Add(Partition.Log, BlockOf(offset, records));
                        break;
                    case 1:
                        var expected = model.Find(page => page.Holding(offset) is not null);
                        Assert.Equal(expected?.Holding(offset)?.BaseOffset, cache.Find(Partition.Log, offset)?.BaseOffset);
                        if (expected is not null && model.Remove(expected))
                        {
                            model.Insert(0, expected);
                        }

                        break;
                    case 2:
                        var (first, second) = (BlockOf(offset, records), BlockOf(offset + records, 1));
                        var bytes = first.MemoryBytes + second.MemoryBytes + Rest;
                        Add(model, new Page([first, second], bytes), bytesMax);
                        cache.Add(Partition.Log, reader: null, [first, second], bytes);
                        break;
                    default:
                        cache.ForgetBefore(Partition.Log, offset);
                        Remove(model, block => block.BaseOffset < offset);
                        break;
                }

                Assert.Equal(model.Sum(static page => page.Bytes), cache.Bytes);
            }

            Assert.All(
                model.SelectMany(static page => page.Blocks),
                block => Assert.Equal(block.NextOffset, cache.Find(Partition.Log, block.BaseOffset)?.NextOffset));
        });

    [Fact]
    public async Task A_read_that_nobody_asked_for_is_given_once_and_counts_until_then()
    {
        var cache = new BlockCache(bytesMax: 1_000);
        var page = cache.Keep(Partition.Log, reader: null, Task.FromResult<byte[]?>([1]), bytes: 100);

        Assert.Equal(100, cache.Bytes);
        Assert.Equal([1], await cache.Take(page)!);
        Assert.Equal(0, cache.Bytes);
        Assert.Null(cache.Take(page));
    }

    [Fact]
    public void The_oldest_read_that_nobody_asked_for_makes_room()
    {
        var cache = new BlockCache(bytesMax: 1_000);
        var first = cache.Keep(Partition.Log, reader: null, Task.FromResult<byte[]?>([1]), bytes: 600);
        var second = cache.Keep(Partition.Log, reader: null, Task.FromResult<byte[]?>([2]), bytes: 600);

        Assert.Null(cache.Take(first));
        Assert.Equal(600, cache.Bytes);
        Assert.NotNull(cache.Take(second));
    }

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

    private static void Add(List<Page> model, Page page, long bytesMax)
    {
        var added = new Page([], page.Bytes);
        foreach (var block in page.Blocks)
        {
            if (!model.Exists(other => other.Blocks.Exists(
                same => same.BaseOffset == block.BaseOffset && same.NextOffset == block.NextOffset)))
            {
                Remove(model, other => other.BaseOffset < block.NextOffset && other.NextOffset > block.BaseOffset);
                added.Blocks.Add(block);
            }
        }

        if (added.Blocks.Count > 0)
        {
            model.Insert(0, added);
        }

        while (model.Sum(static other => other.Bytes) > bytesMax)
        {
            model.RemoveAt(model.Count - 1);
        }
    }

    private static void Remove(List<Page> model, Predicate<LogBlock> match) =>
        model.RemoveAll(page => page.Blocks.RemoveAll(match) > 0 && page.Blocks.Count == 0);

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

    private sealed record Page(List<LogBlock> Blocks, long Bytes)
    {
        public LogBlock? Holding(long offset) =>
            Blocks.Find(block => block.BaseOffset <= offset && block.NextOffset > offset);
    }
}
