using Microsoft.Extensions.Time.Testing;
using Serverless.StorageEngine.Groups;

namespace Serverless.StorageEngine.Tests.Groups;

public sealed class StorageClockTests
{
    private readonly FakeTimeProvider _time = new(Some.Noon);

    [Fact]
    public void It_goes_on_from_the_newest_time_seen_and_never_ahead_of_it()
    {
        var clock = new StorageClock(_time);
        clock.Observe(Some.Noon.AddHours(-1));

        _time.Advance(TimeSpan.FromSeconds(1000));

        Assert.Equal(Some.Noon.AddHours(-1).AddSeconds(999), clock.Read().AtLeast);
    }

    [Fact]
    public void An_older_time_does_not_set_it_back()
    {
        var clock = new StorageClock(_time);
        clock.Observe(Some.Noon);

        clock.Observe(Some.Noon.AddDays(-1));

        Assert.Equal(Some.Noon, clock.Read().AtLeast);
    }

    [Fact]
    public void The_likely_time_is_the_later_of_both_clocks()
    {
        var clock = new StorageClock(_time);
        clock.Observe(Some.Noon.AddHours(-1));
        Assert.Equal(Some.Noon, clock.Read().Likely);

        clock.Observe(Some.Noon.AddHours(1));
        Assert.Equal(Some.Noon.AddHours(1), clock.Read().Likely);
    }
}
