using Serverless.StorageEngine.Producers;

namespace Serverless.StorageEngine.Tests.Producers;

public sealed class ProducerStatesTests
{
    private const long Now = 1_900_000_000_000;
    private const long Day = 24 * 60 * 60 * 1_000;

    [Fact]
    public void When_there_is_no_room_the_producer_that_was_idle_longest_goes()
    {
        var full = Full(Now).With(0, 0, 1, new(1, 1_000, -1), Now + 5);

        var states = full.With(5_000, 0, 0, new(1, 1_001, -1), Now + 6);

        Assert.Equal(ProducerLimits.Default.ProducersMax, states.Count);
        Assert.NotNull(states.Find(0, Now + 6));
        Assert.Null(states.Find(1, Now + 6));
        Assert.NotNull(states.Find(5_000, Now + 6));
    }

    [Fact]
    public void A_batch_that_does_not_continue_the_last_one_is_a_beginning()
    {
        var states = ProducerStates.Empty.With(1, 0, 0, new(1, 10, -1), Now).With(1, 0, 7, new(2, 20, -1), Now);

        Assert.Equal(new ProducerState(0, 7, [new(2, 20, -1)], Now), states.Find(1, Now));
    }

    [Fact]
    public void A_stored_batch_of_a_lower_epoch_changes_nothing()
    {
        var states = ProducerStates.Empty.With(1, 2, 0, new(1, 10, -1), Now);

        Assert.Same(states, states.With(1, 1, 0, new(1, 11, -1), Now));
    }

    [Fact]
    public void An_expired_producer_may_come_back_with_a_lower_epoch_and_is_remembered_then()
    {
        var states = ProducerStates.Empty.With(1, 2, 0, new(1, 10, -1), Now);

        var back = states.With(1, 0, 0, new(1, 11, -1), Now + Day + 1);

        Assert.Equal(new ProducerState(0, 0, [new(1, 11, -1)], Now + Day + 1), back.Find(1, Now + Day + 1));
    }

    [Fact]
    public void Only_expired_producers_are_taken_out()
    {
        var states = ProducerStates.Empty
            .With(1, 0, 0, new(1, 10, -1), Now)
            .With(2, 0, 0, new(1, 11, -1), Now + 1);

        Assert.Same(states, states.WithoutExpired(Now + Day));
        Assert.Equal([2L], states.WithoutExpired(Now + Day + 1).All.Select(static state => state.Key));
    }

    [Fact]
    public void States_under_other_limits_remember_as_much_as_those_say()
    {
        var limits = new ProducerLimits { BatchesMax = 1, ProducersMax = 1, ExpirationMs = 10, IdleMsMin = 5 };
        var states = ProducerStates.Empty.Under(limits)
            .With(1, 0, 0, new(1, 10, -1), Now)
            .With(1, 0, 1, new(1, 11, -1), Now);

        Assert.Equal(new ProducerState(0, 1, [new(1, 11, -1)], Now), states.Find(1, Now + 10));
        Assert.Null(states.Find(1, Now + 11));
        Assert.Equal(5, states.WaitForRoomMs(2, Now));
        Assert.Equal([2L], states.With(2, 0, 0, new(1, 12, -1), Now).All.Select(static state => state.Key));
    }

    /// <summary>As many producers as are remembered, with ids from 0, one batch each, all at one time.</summary>
    internal static ProducerStates Full(long time)
    {
        var states = ProducerStates.Empty;
        for (var id = 0; id < ProducerLimits.Default.ProducersMax; id++)
        {
            states = states.With(id, 0, 0, new(1, id, -1), time);
        }

        return states;
    }
}
