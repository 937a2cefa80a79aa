using Serverless.StorageEngine.Log.Rows;
using Serverless.StorageEngine.Retention;
using Serverless.StorageEngine.Retention.Rows;
using static Serverless.StorageEngine.Tests.Retention.SomeRows;

namespace Serverless.StorageEngine.Tests.Retention;

public sealed class KeeperPlanTests
{
    private static readonly string[] Delete = ["retention.ms=1000", "file.delete.delay.ms=0"];
    private static readonly string[] Copy = ["retention.ms=-1", "local.retention.ms=1000"];
    private static readonly DiscardRow Copying = new("copying", DiscardState.Copying);
    private static readonly DiscardRow Retired = new("retired", DiscardState.Retired, 5);

    private static readonly KeeperPass Pass = new(MayRewrite: true, HasLooked: true);

    [Fact]
    public void A_log_of_which_nothing_is_due_is_left_alone() =>
        Assert.IsType<KeeperStep.Nothing>(Next(Rows(Segment(0)), Delete, Pass with { HasLooked = false }));

    [Fact]
    public void Expired_segments_are_retired_and_the_log_begins_behind_them()
    {
        var step = Assert.IsType<KeeperStep.Retire>(
            Next(Rows(Segment(0, 2_000), Segment(1, 2_000), Segment(2)).With(Retired), Delete, Pass));

        Assert.Equal(2, step.Segments.Length);
        Assert.Equal(20, step.NextOffset);
    }

    [Fact]
    public void The_active_segment_is_looked_at_once_and_before_the_rows_go_that_tell_that_it_is_old()
    {
        var rows = Rows(Segment(0, 2_000));

        Assert.IsType<KeeperStep.LookAtActive>(Next(rows, Delete, Pass with { HasLooked = false }));
        Assert.IsType<KeeperStep.Retire>(
            Next(rows, Delete, (Pass with { HasLooked = false }).After(new KeeperStep.LookAtActive())));
    }

    [Fact]
    public void A_head_row_that_names_a_sealed_segment_is_to_be_moved_on()
    {
        var rows = Rows(Segment(0));
        rows = rows with { Head = rows.Head with { Segment = rows.Segments[0].Row.Segment, SegmentBaseOffset = 0 } };

        Assert.IsType<KeeperStep.LookAtActive>(Next(rows, Copy, Pass with { HasLooked = false }));
    }

    [Fact]
    public void A_copy_that_takes_too_long_is_given_up_before_bytes_are_deleted()
    {
        var rows = Rows(Segment(0)).With(Copying, Retired);

        Assert.IsType<KeeperStep.Sweep>(Next(rows, Delete, Pass));
        Assert.Equal(
            Copying,
            Assert.IsType<KeeperStep.GiveUp>(Next(rows, Delete, Pass, TimeSpan.Zero)).Copying.Row);
    }

    [Fact]
    public void A_copy_is_made_when_nothing_else_is_due()
    {
        var rows = Rows(Segment(0, 2_000));

        Assert.Single(Assert.IsType<KeeperStep.Copy>(Next(rows, Copy, Pass)).Segments);
        Assert.IsType<KeeperStep.Sweep>(
            Next(rows.With(Retired), [.. Copy, "file.delete.delay.ms=0"], Pass));
    }

    [Fact]
    public void Nothing_is_rewritten_while_somebody_copies_the_log_and_it_waits_when_the_run_has_moved_its_share()
    {
        var rows = Rows(Segment(0, 2_000));

        Assert.IsType<KeeperStep.Nothing>(Next(rows.With(Copying), Copy, Pass));
        Assert.IsType<KeeperStep.Postpone>(Next(rows, Copy, Pass with { MayRewrite = false }));
        Assert.IsType<KeeperStep.Nothing>(Next(Rows(), Copy, Pass with { MayRewrite = false }));
    }

    [Fact]
    public void A_compacted_log_is_compacted_once_in_a_pass_and_never_copied_beside()
    {
        var rows = Rows(Segment(0, 2_000));
        string[] compact = [.. Copy, "cleanup.policy=compact"];

        var step = Assert.IsType<KeeperStep.Compact>(Next(rows, compact, Pass));
        Assert.IsType<KeeperStep.Nothing>(Next(rows, compact, Pass.After(step)));
    }

    private static KeeperStep Next(LogRows rows, string[] settings, KeeperPass pass, TimeSpan? copyTimeout = null) =>
        KeeperPlan.Next(rows, Config(settings), Now, copyTimeout ?? TimeSpan.FromHours(1), pass);
}
