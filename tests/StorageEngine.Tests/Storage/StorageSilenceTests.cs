using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Tests.Storage;

public sealed class StorageSilenceTests
{
    [Fact]
    public void A_service_that_nobody_asks_is_not_silent() => Assert.False(default(StorageSilence).IsSilent(At(3_600)));

    [Fact]
    public void A_second_without_an_answer_is_silence()
    {
        var asked = default(StorageSilence).Began(At(10));

        Assert.False(asked.IsSilent(At(10.999)));
        Assert.True(asked.IsSilent(At(11)));
    }

    [Fact]
    public void Silence_lasts_from_the_first_call_that_was_not_answered()
    {
        var asked = default(StorageSilence).Began(At(10)).Began(At(10.9));

        Assert.True(asked.IsSilent(At(11)));
    }

    [Fact]
    public void An_answer_gives_the_other_calls_their_time_anew()
    {
        var answered = default(StorageSilence).Began(At(10)).Began(At(10)).Answered(At(10.9));

        Assert.False(answered.IsSilent(At(11.8)));
        Assert.True(answered.IsSilent(At(11.9)));
    }

    [Fact]
    public void When_the_last_call_is_answered_time_may_pass()
    {
        var answered = default(StorageSilence).Began(At(10)).Answered(At(10.9));

        Assert.Equal(default, answered);
    }

    [Fact]
    public void A_caller_without_patience_says_nothing_of_the_service()
    {
        var left = default(StorageSilence).Began(At(10)).GivenUp(At(10.5));

        Assert.False(left.IsSilent(At(3_600)));
    }

    [Fact]
    public void A_caller_without_patience_does_not_end_the_wait_of_another()
    {
        var left = default(StorageSilence).Began(At(10)).Began(At(10.2)).GivenUp(At(10.5));

        Assert.True(left.IsSilent(At(11)));
    }

    [Fact]
    public void Silence_outlasts_the_calls_that_were_given_up()
    {
        var given = default(StorageSilence).Began(At(10)).GivenUp(At(15));

        Assert.Equal(0, given.InFlight);
        Assert.True(given.IsSilent(At(15)));
    }

    [Fact]
    public void Whatever_is_heard_ends_the_silence()
    {
        var given = default(StorageSilence).Began(At(10)).GivenUp(At(15));

        Assert.Equal(default, given.Heard(At(16)));
        Assert.False(default(StorageSilence).Began(At(10)).Heard(At(16)).IsSilent(At(16.9)));
    }

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);
}
