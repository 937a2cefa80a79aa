using Serverless.StorageEngine.Leases;

namespace Serverless.StorageEngine.Tests.Leases;

public sealed class WriterSharesTests
{
    private static readonly DateTimeOffset Noon = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_bytes_of_each_writer_add_up()
    {
        var shares = WriterShares.StartingAt(Noon).With(1, 100).With(2, 10).With(1, 5);

        Assert.Equal([((UInt128)1, 105L), ((UInt128)2, 10L)], shares.Bytes.Select(static one => (one.Key, one.Value)));
    }

    [Fact]
    public void A_writer_beyond_the_most_that_are_told_apart_is_not_counted()
    {
        var shares = WriterShares.StartingAt(Noon);
        for (var writer = 1; writer <= WriterShares.WritersMax; writer++)
        {
            shares = shares.With((UInt128)writer, 10);
        }

        Assert.Same(shares, shares.With(9_999, 10));
        Assert.Equal(20, shares.With(1, 10).Bytes[1]);
        Assert.Equal(WriterShares.WritersMax, shares.Bytes.Count);
    }

    [Fact]
    public void A_window_is_over_when_its_time_has_passed()
    {
        var shares = WriterShares.StartingAt(Noon);

        Assert.False(shares.IsComplete(Noon + WriterShares.Window - TimeSpan.FromTicks(1)));
        Assert.True(shares.IsComplete(Noon + WriterShares.Window));
    }
}
