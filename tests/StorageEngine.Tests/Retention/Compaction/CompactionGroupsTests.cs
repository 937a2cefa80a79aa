using System.Collections.Immutable;
using Serverless.StorageEngine.Retention.Compaction;
using static Serverless.StorageEngine.Tests.Retention.Compaction.Rows;

namespace Serverless.StorageEngine.Tests.Retention.Compaction;

public sealed class CompactionGroupsTests
{
    [Fact]
    public void Neighbours_that_lose_records_become_one_segment_of_full_size() =>
        Assert.Equal(
            [(2, true), (1, true)],
            Groups(Losing(0, bytes: 600), Losing(1, bytes: 400), Losing(2, bytes: 1)));

    [Fact]
    public void A_segment_larger_than_full_size_is_rewritten_alone() =>
        Assert.Equal([(1, true), (1, true)], Groups(Losing(0, bytes: 1_001), Losing(1, bytes: 1)));

    [Fact]
    public void A_segment_that_loses_nothing_is_left_in_place() =>
        Assert.Equal(
            [(1, true), (1, false), (1, true)],
            Groups(Losing(0, bytes: 100), Whole(1, bytes: 101), Losing(2, bytes: 100)));

    [Fact]
    public void A_small_one_that_loses_nothing_joins_as_many_bytes_that_are_rewritten_anyway() =>
        Assert.Equal([(3, true)], Groups(Losing(0, bytes: 100), Whole(1, bytes: 100), Losing(2, bytes: 100)));

    [Fact]
    public void Small_ones_that_lose_nothing_join_each_other_as_they_grow()
    {
        Assert.Equal([(3, true)], Groups(Whole(0, bytes: 10), Whole(1, bytes: 10), Whole(2, bytes: 20)));
        Assert.Equal([(1, false), (1, false)], Groups(Whole(0, bytes: 900), Whole(1, bytes: 10)));
    }

    [Fact]
    public void One_copy_has_as_many_sources_as_one_transaction_can_switch()
    {
        var many = Enumerable.Range(0, 41).Select(place => Losing(place, bytes: 1)).ToArray();

        Assert.Equal([(40, true), (1, true)], Groups(many));
    }

    [Fact]
    public void Tombstones_join_only_those_of_the_same_quarter_of_the_time_they_stay()
    {
        const long Quarter = Day / 4;
        const long Start = Now / Quarter * Quarter;

        Assert.Equal([(2, true)], Groups(Tombstones(0, Start), Tombstones(1, Start + Quarter - 1)));
        Assert.Equal([(1, true), (1, true)], Groups(Tombstones(0, Start - 1), Tombstones(1, Start)));
        Assert.Equal([(3, true)], Groups(Tombstones(0, Start - 1), Losing(1, bytes: 10), Losing(2, bytes: 10)));
    }

    [Fact]
    public void What_does_not_fit_the_map_is_rewritten_alone_and_stays_dirty_from_there_on()
    {
        ImmutableArray<CompactionSource> sources = [Losing(0, bytes: 10), Losing(1, bytes: 10)];
        var groups = CompactionGroups.Of(sources, mappedEnd: 14, Settings, Now);

        Assert.Equal([1, 1], groups.Select(static group => group.Sources.Length));
        var row = groups[1].RowOf(Dirty(10, 20) with { Copied = true }, tombstones: 3, Now);
        Assert.Equal((null, 14L, 3L), (row.CleanedAt, row.CleanedTo, row.Tombstones));
    }

    [Fact]
    public void A_segment_that_is_met_for_the_first_time_gets_the_time_and_its_tombstones()
    {
        var group = Group([Losing(0, bytes: 10)]);

        var row = group.RowOf(Dirty(0, 10) with { CleanedTo = 4 }, tombstones: 2, Now);

        Assert.Equal((Now, null, 2L), (row.CleanedAt, row.CleanedTo, row.Tombstones));
    }

    [Fact]
    public void The_clock_of_tombstones_that_were_met_before_goes_on()
    {
        var (early, late) = (Now - (Day / 8), Now - (Day / 9));
        var group = Group([Tombstones(0, early), Tombstones(1, late), Losing(2, bytes: 10)]);

        Assert.Equal(late, group.RowOf(Dirty(0, 30), tombstones: 2, Now).CleanedAt);
    }

    [Fact]
    public void Only_rows_of_dirty_segments_change_where_nothing_goes()
    {
        var clean = new CompactionSource(Clean(0, 10), IsDirty: false, Loses: false, TombstonesGo: false, 0);
        var dirty = new CompactionSource(Dirty(10, 20), IsDirty: true, Loses: false, TombstonesGo: false, 5);

        Assert.Empty(new CompactionGroup([clean], IsRewritten: false, MappedEnd: 20).RowsMarked(Now));
        var change = Assert.Single(new CompactionGroup([dirty], IsRewritten: false, MappedEnd: 20).RowsMarked(Now));

        Assert.Same(dirty.Row, change.Old);
        Assert.Equal(dirty.Row with { CleanedAt = Now, Tombstones = 5 }, change.New);
    }

    [Fact]
    public void A_segment_that_is_mapped_in_part_and_loses_nothing_stays_dirty_from_there_on()
    {
        var group = new CompactionGroup([Whole(0, bytes: 10)], IsRewritten: false, MappedEnd: 4);

        var change = Assert.Single(group.RowsMarked(Now));

        Assert.Equal((null, 4L), (change.New.CleanedAt, change.New.CleanedTo));
    }

    private static CompactionSource Losing(int place, long bytes) =>
        new(Dirty(place * 10, (place + 1) * 10, bytes), IsDirty: true, Loses: true, TombstonesGo: false, 0);

    private static CompactionSource Whole(int place, long bytes) => Losing(place, bytes) with { Loses = false };

    private static CompactionSource Tombstones(int place, long cleanedAt) => new(
        Clean(place * 10, (place + 1) * 10, bytes: 10, tombstones: 1, cleanedAt),
        IsDirty: false,
        Loses: true,
        TombstonesGo: false,
        Tombstones: 1);

    private static CompactionGroup Group(ImmutableArray<CompactionSource> sources) =>
        new(sources, IsRewritten: true, sources[^1].Row.NextOffset);

    private static (int, bool)[] Groups(params CompactionSource[] sources) =>
    [
        .. CompactionGroups.Of([.. sources], sources[^1].Row.NextOffset, Settings, Now)
            .Select(static group => (group.Sources.Length, group.IsRewritten)),
    ];
}
