using CsCheck;
using Serverless.StorageEngine.Retention;
using Serverless.StorageEngine.Retention.Rows;
using static Serverless.StorageEngine.Tests.Retention.SomeRows;

namespace Serverless.StorageEngine.Tests.Retention;

public sealed class CopyRulesTests
{
    private static readonly string[] ForEver = ["retention.ms=-1", "local.retention.ms=1000", "segment.bytes=16384"];

    [Theory]
    [InlineData(1_000, 0)]
    [InlineData(1_001, 1)]
    public void A_segment_is_copied_when_it_is_sealed_for_long_enough(long ageMs, int expected) =>
        Assert.Equal(expected, Next(Rows(Segment(0, ageMs)), ForEver).Length);

    [Theory]
    [InlineData("remote.storage.enable=false")]
    [InlineData("local.retention.ms=-2")]
    [InlineData("local.retention.ms=-1")]
    [InlineData("cleanup.policy=compact")]
    [InlineData("cleanup.policy=compact,delete")]
    public void Nothing_is_copied_where_the_topic_does_not_want_copies_or_compaction_makes_them(string setting) =>
        Assert.Empty(Next(Rows(Segment(0, DayMs)), [setting, "retention.ms=-1"]));

    [Theory]
    [InlineData(30, 0)]
    [InlineData(31, 1)]
    [InlineData(7, 0)]
    public void What_goes_within_thirty_days_is_not_copied(int retentionDays, int expected) =>
        Assert.Equal(
            expected,
            Next(Rows(Segment(0, 4_000_000)), [$"retention.ms={retentionDays * DayMs}"]).Length);

    [Theory]
    [InlineData(199, 0)]
    [InlineData(3_099, 0)]
    [InlineData(3_100, 1)]
    public void What_goes_by_size_within_thirty_days_at_the_present_rate_is_not_copied(long kept, int expected)
    {
        // A day ago a hundred bytes were written behind the first segment: thirty days take 3,000.
        var rows = Rows(Segment(0, DayMs), Segment(1, 0));

        Assert.Equal(expected, Next(rows, ["retention.ms=-1", $"retention.bytes={kept}"]).Length);
    }

    [Fact]
    public void Small_neighbours_become_one_copy_no_larger_than_a_segment_of_the_topic()
    {
        var rows = Rows([.. Enumerable.Range(0, 5).Select(place => Segment(place, DayMs, bytes: 6_000))]);

        Assert.Equal(Names(rows.Segments[..2]), Next(rows, ForEver));
    }

    [Fact]
    public void Segments_that_a_compaction_has_cleaned_share_no_copy_with_those_that_it_has_not()
    {
        var rows = Rows([.. Enumerable.Range(0, 4).Select(place => Segment(place, DayMs) with
        {
            CleanedAt = place < 2 ? NowMs : null,
            CleanedTo = place == 3 ? 35 : null,
        })]);

        Assert.Equal(Names(rows.Segments[..2]), Next(rows, ForEver));
        Assert.Equal(
            Names(rows.Segments[2..3]),
            Next(rows with { Segments = rows.Segments[2..] }, ForEver));
    }

    [Fact]
    public void A_segment_that_is_larger_than_the_topic_wants_now_is_copied_alone() =>
        Assert.Single(Next(Rows(Segment(0, DayMs, bytes: 20_000), Segment(1, DayMs)), ForEver));

    [Fact]
    public void What_is_a_copy_already_stays_and_what_lies_on_its_two_sides_is_not_put_together()
    {
        var rows = Rows(
            Segment(0, DayMs) with { Copied = true },
            Segment(1, DayMs),
            Segment(2, DayMs) with { Copied = true },
            Segment(3, DayMs));

        Assert.Equal(Names(rows.Segments[1..2]), Next(rows, ForEver));
    }

    [Fact]
    public void Nothing_is_copied_that_lies_before_the_start_of_the_log_or_that_the_head_names()
    {
        var rows = Rows(Segment(0, DayMs), Segment(1, DayMs), Segment(2, DayMs)).StartingAt(15);
        rows = rows with
        {
            Head = rows.Head with { Segment = rows.Segments[2].Row.Segment, SegmentBaseOffset = 20 },
        };

        Assert.Equal(Names(rows.Segments[1..2]), Next(rows, ForEver));
    }

    [Fact]
    public void Whatever_is_copied_are_whole_neighbours_that_one_transaction_can_replace() =>
        Gen.Select(Gen.Bool, Gen.Long[0, 3_000], Gen.Long[1, 9_000]).Array[0, 70].Sample(segments =>
        {
            var rows = Rows([.. segments.Select((one, place) =>
                Segment(place, one.Item2, one.Item3) with { Copied = one.Item1 })]);

            var next = CopyRules.Next(rows, Config(ForEver), Now);

            Assert.True(next.Length <= LogRowsLimits.SegmentsChangedMax);
            Assert.True(next.Length <= 1 || next.Sum(static one => one.Row.Bytes) <= 16_384);
            Assert.All(next, one => Assert.True(!one.Row.Copied && one.Row.SealedAt < NowMs - 1_000));
            Assert.All(
                next.Zip(next.Skip(1)),
                static pair => Assert.Equal(pair.First.Row.NextOffset, pair.Second.Row.BaseOffset));
            Assert.Equal(
                next.IsEmpty, !rows.Segments.Any(static one => !one.Row.Copied && one.Row.SealedAt < NowMs - 1_000));
        });

    private static string[] Next(LogRows rows, string[] settings) =>
        Names(CopyRules.Next(rows, Config(settings), Now));
}
