using Microsoft.Extensions.Time.Testing;
using Serverless.StorageEngine.SharedLogs;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.SharedLogs;

public sealed class AppendIntervalsTests
{
    private static readonly TopicId Slow = new((UInt128)1 << 24);
    private static readonly TopicId Quick = new((UInt128)2 << 24);

    [Fact]
    public void The_smallest_interval_of_the_topics_that_are_written_to_counts()
    {
        var time = new FakeTimeProvider();
        var intervals = new AppendIntervals(time);
        intervals.Note(Slow, TimeSpan.FromSeconds(2));
        Assert.Equal(TimeSpan.FromSeconds(2), intervals.Smallest);

        intervals.Note(Quick, TimeSpan.Zero);
        intervals.Note(Slow, TimeSpan.FromSeconds(2));
        Assert.Equal(TimeSpan.Zero, intervals.Smallest);

        time.Advance(AppendIntervals.Lately + TimeSpan.FromSeconds(1));
        intervals.Note(Slow, TimeSpan.FromSeconds(2));
        Assert.Equal(TimeSpan.FromSeconds(2), intervals.Smallest);
    }

    [Fact]
    public void A_changed_interval_counts_at_once()
    {
        var intervals = new AppendIntervals(new FakeTimeProvider());
        intervals.Note(Slow, TimeSpan.FromSeconds(2));
        intervals.Note(Slow, TimeSpan.FromSeconds(1));

        Assert.Equal(TimeSpan.FromSeconds(1), intervals.Smallest);
    }
}
