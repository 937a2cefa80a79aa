using Serverless.StorageEngine.Log;

namespace Serverless.StorageEngine.Tests.Log;

public sealed class AppendSpacingTests
{
    private static readonly DateTimeOffset Noon = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    [Fact]
    public void Two_appends_go_at_once_and_the_third_waits_one_interval()
    {
        var spacing = AppendSpacing.Full(Noon);

        spacing = spacing.Take(Interval, Noon, out var first);
        spacing = spacing.Take(Interval, Noon, out var second);
        spacing.Take(Interval, Noon, out var third);

        Assert.Equal([TimeSpan.Zero, TimeSpan.Zero, Interval], [first, second, third]);
    }

    [Fact]
    public void An_interval_of_zero_never_waits()
    {
        var spacing = AppendSpacing.Full(Noon);
        for (var i = 0; i < 10; i++)
        {
            spacing = spacing.Take(TimeSpan.Zero, Noon, out var wait);
            Assert.Equal(TimeSpan.Zero, wait);
        }
    }

    [Fact]
    public void A_clock_that_is_set_back_waits_no_longer_than_one_interval()
    {
        var spacing = AppendSpacing.Full(Noon).Take(Interval, Noon, out _).Take(Interval, Noon, out _);

        spacing.Take(Interval, Noon.AddHours(-1), out var wait);

        Assert.Equal(Interval, wait);
    }

    [Fact]
    public void Who_comes_after_half_an_interval_waits_the_other_half()
    {
        var spacing = AppendSpacing.Full(Noon).Take(Interval, Noon, out _).Take(Interval, Noon, out _);

        spacing.Take(Interval, Noon + (Interval / 2), out var wait);

        Assert.Equal(Interval / 2, wait);
    }

    [Fact]
    public void A_busy_log_settles_at_one_append_per_interval()
    {
        var (spacing, now) = (AppendSpacing.Full(Noon), Noon);
        for (var i = 0; i < 100; i++)
        {
            spacing = spacing.Take(Interval, now, out var wait);
            now += wait;
        }

        Assert.Equal(Interval * 98, now - Noon);
    }

    [Fact]
    public void Time_that_was_lost_to_another_writer_gives_no_tokens()
    {
        var spacing = AppendSpacing.Full(Noon).Take(Interval, Noon, out _).Take(Interval, Noon, out _);

        spacing.Without(Interval / 4).Take(Interval, Noon + Interval, out var wait);

        Assert.Equal(Interval / 4, wait);
    }
}
