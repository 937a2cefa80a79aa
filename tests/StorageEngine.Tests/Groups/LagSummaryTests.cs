using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Offsets;

namespace Serverless.StorageEngine.Tests.Groups;

public sealed class LagSummaryTests
{
    [Fact]
    public void The_lag_is_what_lies_between_the_committed_offset_and_the_end()
    {
        Assert.Equal(5, Lag(0, end: 8, committed: 3).Lag);
        Assert.Equal(0, Lag(0, end: 8, committed: 8).Lag);
    }

    [Fact]
    public void An_offset_behind_the_end_is_no_lag() => Assert.Equal(0, Lag(0, end: 8, committed: 9).Lag);

    [Fact]
    public void Without_a_committed_offset_there_is_no_lag() => Assert.Null(Lag(0, end: 8, committed: null).Lag);

    [Fact]
    public void The_total_is_the_sum_and_the_greatest_the_first_of_several()
    {
        var lags = new[]
        {
            Lag(0, end: 8, committed: null), Lag(1, end: 8, committed: 7), Lag(2, end: 8, committed: 4),
            Lag(3, end: 4, committed: 0),
        };

        var summary = LagSummary.Of(lags);

        Assert.Equal(9, summary.Total);
        Assert.Same(lags[2], summary.Greatest);
    }

    [Fact]
    public void Of_nothing_committed_nothing_is_greatest()
    {
        var summary = LagSummary.Of([Lag(0, end: 8, committed: null)]);

        Assert.Equal((0, null), (summary.Total, summary.Greatest));
    }

    private static PartitionLag Lag(int partition, long end, long? committed) => new(
        Some.Partition("t", partition),
        new PartitionOffsets(0, end),
        committed is { } offset ? new CommittedOffset(default, offset, "", Some.Noon) : null,
        Owner: null);
}
