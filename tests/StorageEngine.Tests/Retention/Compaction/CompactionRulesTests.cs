using Serverless.StorageEngine.Log.Rows;
using Serverless.StorageEngine.Retention.Compaction;
using static Serverless.StorageEngine.Tests.Retention.Compaction.Rows;

namespace Serverless.StorageEngine.Tests.Retention.Compaction;

public sealed class CompactionRulesTests
{
    [Fact]
    public void A_log_without_sealed_segments_is_not_compacted() => Assert.Null(Plan([], Head(0)));

    [Fact]
    public void Everything_from_the_log_start_to_the_active_segment_is_compacted()
    {
        var plan = Plan([Dirty(0, 10), Dirty(10, 20)], Head(20));

        Assert.Equal((0, 20), (plan!.DirtyOffset, plan.EndOffset));
        Assert.Equal(CompactionCause.DirtyRatio, plan.Cause);
    }

    [Fact]
    public void Nothing_at_or_behind_the_segment_of_the_head_row_is_touched()
    {
        Assert.Equal(10, Plan([Dirty(0, 10), Dirty(10, 20)], Head(10))!.EndOffset);
        Assert.Equal(
            10, Plan([Dirty(0, 10), Dirty(10, 20)], Head(20) with { Segment = "segment-10" })!.EndOffset);
        Assert.Null(Plan([Dirty(0, 10)], Head(0)));
    }

    [Fact]
    public void Segments_below_the_log_start_are_left_to_retention()
    {
        SegmentRow[] rows = [Dirty(0, 10), Dirty(10, 20), Dirty(20, 30)];

        Assert.Equal(10, Plan(rows, Head(30, logStart: 10))!.DirtyOffset);
        Assert.Equal(0, Plan(rows, Head(30, logStart: 9))!.DirtyOffset);
    }

    [Fact]
    public void Nothing_behind_a_missing_row_is_touched() =>
        Assert.Equal(10, Plan([Dirty(0, 10), Dirty(20, 30)], Head(30))!.EndOffset);

    [Fact]
    public void The_clean_part_is_what_lies_in_front_of_the_first_dirty_segment()
    {
        var plan = Plan([Clean(0, 10), Dirty(10, 20), Clean(20, 30)], Head(30));

        Assert.Equal(1, plan!.FirstDirty);
        Assert.Equal(10, plan.DirtyOffset);
        Assert.Equal(2, plan.Dirty.Length);
    }

    [Fact]
    public void It_begins_where_the_last_pass_had_no_more_room()
    {
        var plan = Plan([Clean(0, 10, bytes: 10), Dirty(10, 20) with { CleanedTo = 14 }], Head(30));

        Assert.Equal((1, 14), (plan!.FirstDirty, plan.DirtyOffset));
    }

    [Fact]
    public void It_is_due_from_the_least_dirty_ratio_on()
    {
        Assert.NotNull(Plan([Clean(0, 10, bytes: 100), Dirty(10, 20, bytes: 100)], Head(30)));
        Assert.Null(Plan([Clean(0, 10, bytes: 101), Dirty(10, 20, bytes: 100)], Head(30)));
    }

    [Fact]
    public void Without_dirty_bytes_no_ratio_makes_it_due() =>
        Assert.Null(CompactionRules.Plan([Clean(0, 10)], Head(10), Settings with { DirtyRatioMin = 0 }, Now));

    [Fact]
    public void Of_a_segment_that_is_mapped_in_part_the_rest_counts_as_dirty()
    {
        Assert.Equal(60, CompactionRules.DirtyBytes(Dirty(10, 20, bytes: 100) with { CleanedTo = 14 }));
        Assert.Equal(100, CompactionRules.DirtyBytes(Dirty(10, 20, bytes: 100)));
    }

    [Fact]
    public void Dirty_records_that_are_older_than_the_largest_lag_make_it_due_whatever_the_ratio()
    {
        var settings = Settings with { MaxLagMs = 1_000 };
        SegmentRow[] Of(long timestamp) =>
            [Clean(0, 10, bytes: 999), Dirty(10, 20, timestamp: Now), Dirty(20, 30, timestamp: timestamp)];

        Assert.Null(CompactionRules.Plan(Of(Now - 1_000), Head(30), settings, Now));
        var plan = CompactionRules.Plan(Of(Now - 1_001), Head(30), settings, Now);

        Assert.Equal(CompactionCause.MaxLag, plan!.Cause);
    }

    [Fact]
    public void Segments_with_records_younger_than_the_least_lag_and_all_behind_them_stay_as_they_are()
    {
        var settings = Settings with { MinLagMs = 1_000 };
        SegmentRow[] rows =
            [Dirty(0, 10, timestamp: Now - 1_000), Dirty(10, 20, timestamp: Now - 999), Dirty(20, 30, timestamp: 0)];

        Assert.Equal(10, CompactionRules.Plan(rows, Head(30), settings, Now)!.EndOffset);
    }

    [Fact]
    public void Where_a_row_does_not_know_its_own_largest_timestamp_that_of_the_log_counts()
    {
        var row = Dirty(0, 10) with { LargestTimestamp = -1, MaxTimestamp = Now };

        Assert.Null(CompactionRules.Plan([row], Head(30), Settings with { MinLagMs = 1 }, Now));
    }

    [Fact]
    public void Records_of_the_future_are_compacted_when_there_is_no_least_lag() =>
        Assert.NotNull(Plan([Dirty(0, 10, timestamp: Now + Day)], Head(30)));

    [Fact]
    public void Tombstones_that_may_go_make_it_due_and_leave_dirty_segments_alone()
    {
        SegmentRow[] Of(long cleanedAt) =>
            [Clean(0, 10, bytes: 900), Clean(10, 20, tombstones: 1, cleanedAt: cleanedAt), Dirty(20, 30)];

        Assert.Null(Plan(Of(Now - Day + 1), Head(30)));
        var plan = Plan(Of(Now - Day), Head(30));

        Assert.Equal(CompactionCause.Tombstones, plan!.Cause);
        Assert.Equal((2, 20), (plan.FirstDirty, plan.EndOffset));
        Assert.Equal(20, plan.DirtyOffset);
    }

    [Fact]
    public void Tombstones_behind_a_dirty_segment_wait_until_that_was_compared_with_them()
    {
        SegmentRow[] rows =
            [Clean(0, 10, bytes: 900), Dirty(10, 20), Clean(20, 30, tombstones: 1, cleanedAt: Now - (2 * Day))];

        Assert.Null(Plan(rows, Head(30)));
    }

    private static CompactionPlan? Plan(SegmentRow[] rows, HeadRow head) =>
        CompactionRules.Plan(rows, head, Settings, Now);
}
