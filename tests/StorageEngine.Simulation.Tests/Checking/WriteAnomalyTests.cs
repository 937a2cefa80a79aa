using Serverless.StorageEngine.Simulation.Checking;
using Serverless.StorageEngine.Simulation.Histories;

namespace Serverless.StorageEngine.Simulation.Tests.Checking;

public sealed class WriteAnomalyTests
{
    [Fact]
    public void Two_values_at_one_offset_are_inconsistent() =>
        Assert.Contains(
            AnomalyKind.InconsistentOffsets, new Story().Sent(0, 10).Sent(1, 11).PolledAt(0, (0, 10), (1, 10)).Check());

    [Fact]
    public void One_value_at_two_offsets_is_a_duplicate() =>
        Assert.Equal([AnomalyKind.Duplicate], new Story().Sent(0, 10).Polled(0, 10, 10).Check());

    [Fact]
    public void A_value_that_is_polled_twice_at_its_offset_is_none() =>
        Assert.Empty(new Story().Sent(0, 10).Polled(0, 10).Polled(0, 10).Check());

    [Fact]
    public void An_acknowledged_value_in_front_of_one_that_was_read_is_lost_when_nobody_read_it() =>
        Assert.Equal(
            [AnomalyKind.LostWrite], new Story().Sent(0, 10).Sent(1, 11).PolledAt(1, (1, 11)).Check());

    [Fact]
    public void An_acknowledged_value_behind_all_that_was_read_is_not_lost() =>
        Assert.Empty(new Story().Sent(0, 10).Sent(1, 11).Polled(0, 10).Check());

    [Fact]
    public void A_value_of_unknown_outcome_that_nobody_read_is_not_lost() =>
        Assert.Empty(new Story().Unknown(10).Sent(0, 11).Polled(0, 11).Check());

    [Fact]
    public void An_acknowledged_value_that_the_final_polls_do_not_show_is_unseen() =>
        Assert.Equal(
            [AnomalyKind.Unseen], new Story().Sent(0, 10).Sent(1, 11).Polled(0, 10).Check(complete: true));

    [Fact]
    public void Values_that_the_final_polls_show_are_seen() =>
        Assert.Empty(new Story().Sent(0, 10).Unknown(12).Sent(1, 11).Polled(0, 10, 11).Check(complete: true));

    [Fact]
    public void A_deleted_topic_owes_nothing() =>
        Assert.Empty(new Story().Sent(0, 10)
            .Say(new Request.DeleteTopic(Story.Topic), new Answer.Unknown("")).Check(complete: true));

    [Fact]
    public void A_value_whose_send_failed_must_not_be_read() =>
        Assert.Equal([AnomalyKind.AbortedRead], new Story().Failed(10).Polled(0, 10).Check());

    [Fact]
    public void A_value_whose_send_is_unknown_may_be_read() =>
        Assert.Empty(new Story().Unknown(10).Polled(0, 10).Check());

    [Fact]
    public void A_failed_attempt_behind_an_unknown_one_says_nothing_of_the_value()
    {
        var send = new Request.Send(Story.Partition, [10], new SendIdentity.Sequenced(1, 0, 0));
        var story = new Story().Say(send, new Answer.Unknown(""));

        Assert.Empty(story.Say(send, new Answer.Failed(Refusal.Throttled, -1, "")).Polled(0, 10).Check());
    }

    [Fact]
    public void A_value_that_nobody_sent_must_not_be_read() =>
        Assert.Equal([AnomalyKind.UnsentValue], new Story().Polled(0, 10).Check());

    [Fact]
    public void A_value_must_not_be_read_before_it_is_sent() =>
        Assert.Equal([AnomalyKind.ReadFromTheFuture], new Story().Polled(0, 10).Sent(0, 10).Check());

    [Fact]
    public void A_value_may_be_read_while_it_is_sent()
    {
        var story = new Story();
        var send = story.Ask(Story.SendOf(10));

        Assert.Empty(story.Polled(0, 10).Answer(send, Answer.Sent.At(0, 1, duplicate: false)).Check());
    }

    [Fact]
    public void A_value_that_is_sent_again_as_another_send_is_a_mistake_of_the_recorder() =>
        Assert.Throws<InvalidOperationException>(() => new Story().Sent(0, 10).Sent(1, 10).Check());
}
