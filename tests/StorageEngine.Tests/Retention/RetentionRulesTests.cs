using CsCheck;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Retention;
using Serverless.StorageEngine.Retention.Rows;
using static Serverless.StorageEngine.Tests.Retention.SomeRows;

namespace Serverless.StorageEngine.Tests.Retention;

public sealed class RetentionRulesTests
{
    private static readonly ActiveSegment Active = new(100, 2, 3, NowMs - 1_000)
    {
        BaseOffset = 30,
        NextOffset = 40,
        LargestTimestamp = NowMs - 1_000,
    };

    [Theory]
    [InlineData(1_000, 0)]
    [InlineData(1_001, 1)]
    public void A_segment_goes_when_its_youngest_record_is_older_than_the_limit(long ageMs, int expected) =>
        Assert.Equal(expected, Expired(Rows(Segment(0, ageMs), Segment(1)), "retention.ms=1000"));

    [Fact]
    public void A_segment_that_stays_keeps_everything_behind_it() =>
        Assert.Equal(1, Expired(Rows(Segment(0, 9_000), Segment(1), Segment(2, 9_000)), "retention.ms=1000"));

    [Theory]
    [InlineData(300, 0)]
    [InlineData(299, 0)]
    [InlineData(200, 1)]
    [InlineData(199, 1)]
    [InlineData(100, 2)]
    [InlineData(0, 3)]
    public void Segments_go_by_size_while_the_log_would_still_have_as_much_as_it_keeps(long kept, int expected) =>
        Assert.Equal(
            expected, Expired(Rows(Segment(0), Segment(1), Segment(2)), $"retention.bytes={kept}", "retention.ms=-1"));

    [Fact]
    public void What_the_head_tells_of_the_active_segment_counts_for_the_size_of_the_log()
    {
        var rows = Rows(Segment(0), Segment(1));

        Assert.Equal(0, Expired(rows, "retention.bytes=150"));
        Assert.Equal(
            1, Expired(rows with { Head = rows.Head with { CheckpointPosition = 50 } }, "retention.bytes=150"));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(9, 0)]
    [InlineData(10, 1)]
    [InlineData(29, 2)]
    [InlineData(30, 3)]
    public void Segments_wholly_before_the_start_of_the_log_go(long logStart, int expected) =>
        Assert.Equal(
            expected,
            Expired(
                Rows(Segment(0), Segment(1), Segment(2)).StartingAt(logStart), "cleanup.policy=compact"));

    [Fact]
    public void A_log_that_is_only_compacted_loses_nothing_by_age_or_size() =>
        Assert.Equal(
            0,
            Expired(Rows(Segment(0, 9_000)), "cleanup.policy=compact", "retention.ms=1", "retention.bytes=0"));

    [Fact]
    public void A_log_that_is_compacted_and_deleted_loses_old_segments() =>
        Assert.Equal(1, Expired(Rows(Segment(0, 9_000)), "cleanup.policy=compact,delete", "retention.ms=1"));

    [Fact]
    public void For_ever_is_for_ever() =>
        Assert.Equal(
            0, Expired(Rows(Segment(0, NowMs)), "retention.ms=-1", "retention.bytes=-1"));

    [Fact]
    public void A_record_from_the_future_keeps_its_segment() =>
        Assert.Equal(0, Expired(Rows(Segment(0, -DayMs)), "retention.ms=0"));

    [Fact]
    public void A_row_of_an_earlier_version_is_judged_by_the_bound_that_it_has()
    {
        var row = Segment(0, 9_000) with { LargestTimestamp = -1 };

        Assert.Equal(1, Expired(Rows(row), "retention.ms=1000"));
        Assert.Equal(0, Expired(Rows(row with { MaxTimestamp = NowMs }), "retention.ms=1000"));
    }

    [Fact]
    public void Nothing_goes_that_the_head_row_names_or_that_lies_behind_it()
    {
        var rows = Rows(Segment(0, 9_000), Segment(1, 9_000));

        Assert.Equal(1, Expired(HeadAt(rows, "x", 10), "retention.ms=1"));
        Assert.Equal(0, Expired(HeadAt(rows, rows.Segments[0].Row.Segment, 0), "retention.ms=1"));
        Assert.Equal(1, Expired(HeadAt(rows, rows.Segments[1].Row.Segment, 10), "retention.ms=1"));
    }

    [Fact]
    public void No_more_go_at_once_than_one_transaction_takes() =>
        Assert.Equal(
            LogRowsLimits.SegmentsChangedMax,
            Expired(Rows([.. Enumerable.Range(0, 60).Select(place => Segment(place, 9_000))]), "retention.ms=1"));

    [Fact]
    public void Whatever_goes_is_a_beginning_of_the_log_and_nothing_in_it_is_to_be_kept() =>
        Gen.Select(
                Gen.Select(Gen.Long[-10, 50], Gen.Long[1, 100]).Array[0, 12],
                Gen.Long[-1, 60],
                Gen.Long[-1, 500],
                Gen.Int[0, 130],
                Gen.Int[0, 12])
            .Sample((segments, retentionMs, retentionBytes, logStart, head) =>
            {
                var rows = Rows([.. segments.Select((one, place) => Segment(place, one.Item1, one.Item2))])
                    .StartingAt(logStart);
                rows = head < segments.Length ? HeadAt(rows, rows.Segments[head].Row.Segment, head * 10) : rows;
                var config = Config($"retention.ms={retentionMs}", $"retention.bytes={retentionBytes}");

                var gone = RetentionRules.Expired(rows, config, Now);

                Assert.Equal(rows.Segments[..gone.Length], gone);
                var left = rows.Bytes;
                foreach (var segment in gone)
                {
                    left -= segment.Row.Bytes;
                    Assert.True(segment.Row.NextOffset <= rows.Head.SegmentBaseOffset);
                    Assert.NotEqual(rows.Head.Segment, segment.Row.Segment);
                    Assert.True(
                        segment.Row.NextOffset <= logStart
                        || (retentionMs >= 0 && segment.LargestTimestamp < NowMs - retentionMs)
                        || (retentionBytes >= 0 && left >= retentionBytes));
                }

                var rest = rows with { Segments = rows.Segments[gone.Length..] };
                Assert.Empty(RetentionRules.Expired(rest, config, Now));
            });

    [Theory]
    [InlineData("retention.ms=1000", 0, false)]
    [InlineData("retention.ms=999", 0, true)]
    [InlineData("retention.ms=-1", 0, false)]
    [InlineData("retention.ms=-1", 39, false)]
    [InlineData("retention.ms=-1", 40, true)]
    [InlineData("cleanup.policy=compact", 0, false)]
    [InlineData("cleanup.policy=compact max.compaction.lag.ms=1000", 0, false)]
    [InlineData("cleanup.policy=compact max.compaction.lag.ms=999", 0, true)]
    [InlineData("max.compaction.lag.ms=999", 0, false)]
    public void The_active_segment_is_left_when_nothing_in_it_is_kept_or_it_waits_for_compaction_too_long(
        string settings, long logStart, bool expected)
    {
        Assert.Equal(expected, RetentionRules.MustBeLeft(Active, logStart, Config(settings.Split(' ')), Now));
        Assert.False(RetentionRules.MustBeLeft(
            Active with { BaseOffset = 40 }, logStart, Config(settings.Split(' ')), Now));
    }

    [Theory]
    [InlineData("retention.ms=1000", 1_000, 20, false)]
    [InlineData("retention.ms=1000", 1_001, 20, true)]
    [InlineData("retention.ms=-1", 1_001, 20, false)]
    [InlineData("retention.ms=-1", 1_001, 21, true)]
    [InlineData("cleanup.policy=compact max.compaction.lag.ms=1000 retention.ms=1", 1_000, 20, false)]
    [InlineData("cleanup.policy=compact max.compaction.lag.ms=1000", 1_001, 20, true)]
    [InlineData("cleanup.policy=compact,delete max.compaction.lag.ms=1000 retention.ms=5", 6, 20, true)]
    public void The_log_is_asked_about_its_active_segment_only_when_that_can_be_old_enough(
        string settings, double ageMs, long logStart, bool expected)
    {
        var rows = Rows(Segment(0), Segment(1)).StartingAt(logStart);

        var later = Now.AddMilliseconds(ageMs);
        Assert.Equal(expected, RetentionRules.MayHaveToBeLeft(rows, Config(settings.Split(' ')), later));
    }

    [Fact]
    public void A_log_that_has_lost_nothing_is_judged_by_its_head_row_and_one_that_has_is_looked_at()
    {
        var config = Config("retention.ms=1000");

        Assert.False(RetentionRules.MayHaveToBeLeft(Rows(), config, Now.AddMilliseconds(1_000)));
        Assert.True(RetentionRules.MayHaveToBeLeft(Rows(), config, Now.AddMilliseconds(1_001)));
        var emptied = Rows().StartingAt(20);
        emptied = emptied with { Head = emptied.Head with { SegmentBaseOffset = 20 } };
        Assert.True(RetentionRules.MayHaveToBeLeft(emptied, config, Now));
        Assert.False(RetentionRules.MayHaveToBeLeft(emptied, Config("retention.ms=-1"), Now));
    }

    [Theory]
    [InlineData("retention.ms=2000", 1_000)]
    [InlineData("cleanup.policy=compact max.compaction.lag.ms=2000", 1_000)]
    public void An_active_segment_that_stays_is_not_left_before_its_records_are_old(string settings, long fromNow)
    {
        var config = Config(settings.Split(' '));

        Assert.Equal(NowMs + fromNow, RetentionRules.NotLeftBefore(Active, config, Now));
        Assert.Equal(
            NowMs + 2_000, RetentionRules.NotLeftBefore(Active with { BaseOffset = 40 }, config, Now));
        Assert.False(RetentionRules.MustBeLeft(Active, 0, config, Now.AddMilliseconds(fromNow)));
        Assert.True(RetentionRules.MustBeLeft(Active, 0, config, Now.AddMilliseconds(fromNow + 1)));
        Assert.Equal(long.MaxValue, RetentionRules.NotLeftBefore(Active, Config("retention.ms=-1"), Now));
    }

    private static LogRows HeadAt(LogRows rows, string segment, long baseOffset) =>
        rows with { Head = rows.Head with { Segment = segment, SegmentBaseOffset = baseOffset } };

    private static int Expired(LogRows rows, params string[] settings) =>
        RetentionRules.Expired(rows, Config(settings), Now).Length;
}
