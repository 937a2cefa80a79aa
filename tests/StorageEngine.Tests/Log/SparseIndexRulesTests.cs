using Serverless.StorageEngine.Log;

namespace Serverless.StorageEngine.Tests.Log;

public sealed class SparseIndexRulesTests
{
    private const long Interval = SparseIndex.IntervalBytesStart;

    // Entries at offsets 10 and 20; in front of them the largest timestamps are -1 and 500.
    private static readonly SparseIndex Two =
        SparseIndex.Empty.With(new IndexEntry(0, 10, -1)).With(new IndexEntry(Interval, 20, 500));

    [Fact]
    public void The_first_block_is_an_entry_wherever_it_stands() =>
        Assert.Equal([new IndexEntry(9, 10, -1)], SparseIndex.Empty.With(new IndexEntry(9, 10, -1)).Entries);

    [Fact]
    public void A_block_that_is_nearer_than_the_interval_is_no_entry() =>
        Assert.Same(Two, Two.With(new IndexEntry((2 * Interval) - 1, 30, 500)));

    [Fact]
    public void A_block_at_the_interval_is_an_entry() =>
        Assert.Equal(3, Two.With(new IndexEntry(2 * Interval, 30, 500)).Entries.Length);

    [Fact]
    public void A_full_index_keeps_every_second_entry_and_twice_the_interval()
    {
        var full = Filled(SparseIndex.EntriesMax);
        Assert.Equal((SparseIndex.EntriesMax, Interval), (full.Entries.Length, full.IntervalBytes));

        var thinned = full.With(Entry(SparseIndex.EntriesMax));

        Assert.Equal(2 * Interval, thinned.IntervalBytes);
        Assert.Equal(
            Enumerable.Range(0, SparseIndex.EntriesMax / 2).Select(static number => 2 * number)
                .Append(SparseIndex.EntriesMax).Select(Entry),
            thinned.Entries);
    }

    [Fact]
    public void A_full_index_that_gets_a_near_block_stays_as_it_is()
    {
        var full = Filled(SparseIndex.EntriesMax);

        Assert.Same(full, full.With(new IndexEntry(full.Entries[^1].Position + 1, 5_000, 0)));
    }

    [Theory]
    [InlineData(9, null)]
    [InlineData(10, 10L)]
    [InlineData(19, 10L)]
    [InlineData(20, 20L)]
    [InlineData(1_000, 20L)]
    public void A_look_up_begins_at_the_last_entry_that_is_not_behind_the_offset(long offset, long? found) =>
        Assert.Equal(found, Two.AtOrBefore(offset)?.BaseOffset);

    [Theory]
    [InlineData(-1, null)]
    [InlineData(0, 10L)]
    [InlineData(500, 10L)]
    [InlineData(501, 20L)]
    public void A_search_by_time_begins_at_the_last_entry_with_nothing_young_enough_before_it(long time, long? found) =>
        Assert.Equal(found, Two.BeforeTimestamp(time)?.BaseOffset);

    [Fact]
    public void An_empty_index_points_nowhere() =>
        Assert.Equal((null, null), (SparseIndex.Empty.AtOrBefore(0), SparseIndex.Empty.BeforeTimestamp(0)));

    private static SparseIndex Filled(int count) =>
        Enumerable.Range(0, count).Aggregate(SparseIndex.Empty, static (index, number) => index.With(Entry(number)));

    private static IndexEntry Entry(int number) => new(number * Interval, number, number);
}
