using CsCheck;
using Serverless.StorageEngine.Log;

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
