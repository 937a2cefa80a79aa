using CsCheck;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Tests.Log;

public sealed class SparseIndexTests
{
    private static readonly Gen<(int Bytes, int Records, int Timestamp)[]> Blocks =
        Gen.Select(Gen.Int[100, 3_000_000], Gen.Int[1, 100], Gen.Int[0, 1_000]).Array[1, 3_000];

    [Fact]
    public void A_look_up_never_begins_behind_the_wanted_offset_and_the_index_stays_bounded() =>
        Blocks.Sample(blocks =>
        {
            var (index, position, offset, max) = (SparseIndex.Empty, 0L, 0L, -1L);
            foreach (var (bytes, records, timestamp) in blocks)
            {
                index = index.With(new IndexEntry(position, offset, max));
                (position, offset, max) = (position + bytes, offset + records, Math.Max(max, timestamp));
            }

            Assert.InRange(index.Entries.Length, 1, SparseIndex.EntriesMax);
            for (var wanted = 0L; wanted < offset; wanted += 1 + (offset / 50))
            {
                var found = index.AtOrBefore(wanted)!.Value;
                Assert.True(found.BaseOffset <= wanted);
                Assert.DoesNotContain(
                    index.Entries, entry => entry.BaseOffset <= wanted && entry.BaseOffset > found.BaseOffset);
            }
        }, iter: 30);

    [Fact]
    public void A_read_of_whole_blocks_ends_with_one_wherever_the_index_knows_that() =>
        Gen.Select(
            Gen.Int[SegmentLimits.BlockBytesMax / 4, SegmentLimits.BlockBytesMax].Array[1, 40], Gen.Int[1, 8_000_000])
            .Sample((blocks, bytes) =>
            {
                var (index, position, starts) = (SparseIndex.Empty, 0L, new List<long>());
                foreach (var block in blocks)
                {
                    index = index.With(new IndexEntry(position, position, -1));
                    starts.Add(position);
                    position += block;
                }

                starts.Add(position);
                for (var place = 0; place < blocks.Length; place++)
                {
                    var end = index.WholeBlocks(starts[place], bytes, position);
                    Assert.Contains(end, starts[(place + 1)..]);
                    Assert.True(end <= starts[place] + bytes || end == starts[place + 1]);
                    Assert.True(end == position || starts[starts.IndexOf(end) + 1] > starts[place] + bytes);
                }
            });

    [Fact]
    public void A_thinned_index_bounds_a_read_by_what_was_asked_for() =>
        Assert.Equal(
            5_000_000,
            new SparseIndex(1 << 24, [new IndexEntry(0, 0, -1), new IndexEntry(1 << 24, 1, -1)])
                .WholeBlocks(4_000_000, 1_000_000, 1 << 25));

    [Fact]
    public void A_time_look_up_never_skips_the_first_record_that_is_young_enough() =>
        Blocks.Sample(blocks =>
        {
            var (index, position, offset, max) = (SparseIndex.Empty, 0L, 0L, -1L);
            var starts = new List<(long Offset, int Timestamp)>();
            foreach (var (bytes, records, timestamp) in blocks)
            {
                index = index.With(new IndexEntry(position, offset, max));
                starts.Add((offset, timestamp));
                (position, offset, max) = (position + bytes, offset + records, Math.Max(max, timestamp));
            }

            for (var wanted = 0; wanted <= max; wanted += 50)
            {
                var first = starts.First(block => block.Timestamp >= wanted);
                Assert.True((index.BeforeTimestamp(wanted)?.BaseOffset ?? 0) <= first.Offset);
            }
        }, iter: 30);
}
