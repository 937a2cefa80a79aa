using System.Collections.Immutable;
using Microsoft.Extensions.Time.Testing;
using Serverless.StorageEngine.SharedLogs;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.SharedLogs;

public sealed class AppendIntervalsTests
{
    private static readonly TopicId Slow = new((UInt128)1 << 24);
    private static readonly TopicId Quick = new((UInt128)2 << 24);

    private static ImmutableSortedDictionary<string, string> Empty => ImmutableSortedDictionary<string, string>.Empty;

    [Fact]
    public void The_smallest_interval_of_the_topics_that_are_written_to_counts()
    {
        var time = new FakeTimeProvider();
        var intervals = new AppendIntervals(time);
        intervals.Note(Slow, TimeSpan.FromSeconds(2), hasSay: true);
        Assert.Equal(TimeSpan.FromSeconds(2), intervals.Smallest);

        intervals.Note(Quick, TimeSpan.Zero, hasSay: true);
        intervals.Note(Slow, TimeSpan.FromSeconds(2), hasSay: true);
        Assert.Equal(TimeSpan.Zero, intervals.Smallest);

        time.Advance(AppendIntervals.Lately + TimeSpan.FromSeconds(1));
        intervals.Note(Slow, TimeSpan.FromSeconds(2), hasSay: true);
        Assert.Equal(TimeSpan.FromSeconds(2), intervals.Smallest);
    }

    [Fact]
    public void A_changed_interval_counts_at_once()
    {
        var intervals = new AppendIntervals(new FakeTimeProvider());
        intervals.Note(Slow, TimeSpan.FromSeconds(2), hasSay: true);
        intervals.Note(Slow, TimeSpan.FromSeconds(1), hasSay: true);

        Assert.Equal(TimeSpan.FromSeconds(1), intervals.Smallest);
    }

    [Fact]
    public void A_topic_that_leaves_counts_only_where_none_that_stays_is_written_to()
    {
        var time = new FakeTimeProvider();
        var intervals = new AppendIntervals(time);
        intervals.Note(Quick, TimeSpan.FromSeconds(1), hasSay: true);
        intervals.Note(Slow, TimeSpan.FromSeconds(2), hasSay: true);

        intervals.Note(Quick, TimeSpan.Zero, hasSay: false);
        Assert.Equal(TimeSpan.FromSeconds(2), intervals.Smallest);

        time.Advance(AppendIntervals.Lately + TimeSpan.FromSeconds(1));
        intervals.Note(Quick, TimeSpan.Zero, hasSay: false);
        Assert.Equal(TimeSpan.Zero, intervals.Smallest);
    }

    [Theory]
    [InlineData("shared:a", "g-a", true)]
    [InlineData("shared:b", "g-a", false)]
    [InlineData("dedicated", "g-a", false)]
    [InlineData("auto", "g-a", false)]
    [InlineData("dedicated", "t-0-0", true)]
    public void A_topic_has_a_say_in_its_own_log_and_in_that_of_the_group_that_it_names(
        string setting, string log, bool hasSay)
    {
        var config = new TopicConfig(Empty.Add("log", setting), Empty);

        Assert.Equal(hasSay, LogPlacement.HasSay(config, new SharedLogId(log)));
    }
}
