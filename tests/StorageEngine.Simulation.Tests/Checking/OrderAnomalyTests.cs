using Serverless.StorageEngine.Simulation.Checking;
using Serverless.StorageEngine.Simulation.Histories;

namespace Serverless.StorageEngine.Simulation.Tests.Checking;

/// <summary>Polls and sends that go through the log in another order than they must.</summary>
public sealed class OrderAnomalyTests
{
    private static Story FourValues => new Story().Sent(0, 10, 11, 12, 13);

    [Fact]
    public void A_poll_that_leaves_a_known_offset_out_skips() =>
        Assert.Contains(AnomalyKind.InternalPollSkip, FourValues.PolledAt(0, (0, 10), (2, 12)).Check());

    [Fact]
    public void An_offset_that_nobody_knows_is_no_skip() =>
        Assert.Empty(new Story().Sent(0, 10).Sent(5, 15).PolledAt(0, (0, 10), (5, 15)).Check());

    [Fact]
    public void A_poll_that_goes_back_is_not_monotonic() =>
        Assert.Equal(
            [AnomalyKind.InternalNonmonotonicPoll], FourValues.PolledAt(0, (0, 10), (1, 11), (1, 11), (2, 12)).Check());

    [Fact]
    public void A_poll_that_goes_on_behind_the_next_offset_skips() =>
        Assert.Equal(
            [AnomalyKind.PollSkip], FourValues.Polled(0, 10, 11, 12, 13).Polled(0, 10).PolledAt(1, (2, 12)).Check());

    [Fact]
    public void A_poll_that_goes_on_before_the_next_offset_is_not_monotonic() =>
        Assert.Equal([AnomalyKind.NonmonotonicPoll], FourValues.Polled(0, 10, 11).PolledAt(2, (1, 11)).Check());

    [Fact]
    public void A_poll_that_asks_for_an_earlier_offset_may_go_back() =>
        Assert.Empty(FourValues.Polled(0, 10, 11).Polled(0, 10).Check());

    [Fact]
    public void A_poll_that_leaves_the_place_to_the_server_must_go_on() =>
        Assert.Equal(
            [AnomalyKind.NonmonotonicPoll],
            FourValues.PolledAt(-1, (0, 10), (1, 11)).PolledAt(-1, (1, 11), (2, 12)).Check());

    [Fact]
    public void A_client_that_assigned_the_partition_anew_has_forgotten_where_it_was()
    {
        var story = FourValues.PolledAt(-1, (0, 10), (1, 11));
        story.History.Note(1, new Request.Assign([new Position(Story.Partition, 0)]), at: 0);

        Assert.Empty(story.PolledAt(-1, (0, 10)).Check());
    }

    [Fact]
    public void A_client_that_keeps_the_partition_remembers_where_it_was()
    {
        var story = FourValues.PolledAt(-1, (0, 10), (1, 11));
        story.History.Note(1, new Request.Assign([new Position(Story.Partition, -1)]), at: 0);

        Assert.Equal([AnomalyKind.NonmonotonicPoll], story.PolledAt(-1, (0, 10)).Check());
    }

    [Fact]
    public void A_member_of_a_group_may_skip_between_its_polls()
    {
        var poll = new Request.GroupPoll("readers", "a");
        var story = FourValues.Say(poll, Story.PolledOf((0, 10)), process: 2);

        Assert.Empty(story.Say(poll, Story.PolledOf((2, 12)), process: 2).Polled(0, 10, 11, 12, 13).Check());
    }

    [Fact]
    public void A_batch_lies_in_the_order_of_its_values() =>
        Assert.Equal(
            [AnomalyKind.InternalNonmonotonicSend],
            new Story().Say(Story.SendOf(10, 11), new Answer.Sent([1, 0], Duplicate: false)).Check());

    [Fact]
    public void The_sends_of_an_ordered_producer_lie_in_their_order_also_when_an_outcome_is_unknown() =>
        Assert.Equal(
            [AnomalyKind.NonmonotonicSend],
            new Story().Say(Story.SendOf(10) with { Ordered = true }, new Answer.Unknown(""))
                .Say(Story.SendOf(11) with { Ordered = true }, Answer.Sent.At(0, 1, duplicate: false))
                .Polled(0, 11, 10).Check());

    [Fact]
    public void What_a_producer_without_order_sent_may_arrive_late() =>
        Assert.Empty(new Story().Unknown(10).Sent(0, 11).Polled(0, 11, 10).Check());

    [Fact]
    public void A_send_lies_behind_everything_that_was_acknowledged_before_it_began() =>
        Assert.Equal([AnomalyKind.WriteOrder], new Story().Sent(1, 10).Sent(0, 11).Check());

    [Fact]
    public void Sends_at_the_same_time_may_lie_in_any_order()
    {
        var story = new Story();
        var first = story.Ask(Story.SendOf(10));

        Assert.Empty(story.Sent(0, 11).Answer(first, Answer.Sent.At(1, 1, duplicate: false)).Check());
    }

    [Fact]
    public void A_duplicate_is_answered_with_an_offset_in_front_of_later_sends()
    {
        var send = new Request.Send(Story.Partition, [10], new SendIdentity.Sequenced(1, 0, 0));
        var story = new Story().Say(send, new Answer.Unknown("")).Sent(1, 11);

        Assert.Empty(story.Say(send, Answer.Sent.At(0, 1, duplicate: true)).Check());
    }

    [Fact]
    public void A_deleted_topic_takes_no_send_that_begins_afterwards() =>
        Assert.Equal(
            [AnomalyKind.AppendedAfterDelete],
            new Story().Sent(0, 10).Say(new Request.DeleteTopic(Story.Topic), new Answer.Done()).Sent(1, 11).Check());

    [Fact]
    public void A_send_that_began_before_the_deletion_may_succeed()
    {
        var story = new Story();
        var send = story.Ask(Story.SendOf(10));
        story.Say(new Request.DeleteTopic(Story.Topic), new Answer.Done());

        Assert.Empty(story.Answer(send, Answer.Sent.At(0, 1, duplicate: false)).Check());
    }
}
