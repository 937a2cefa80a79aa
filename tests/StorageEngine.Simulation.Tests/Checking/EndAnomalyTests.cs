using Serverless.StorageEngine.Simulation.Checking;
using Serverless.StorageEngine.Simulation.Histories;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Simulation.Tests.Checking;

/// <summary>Ends of the log that were told too early, too late, or falling; and conditions on them.</summary>
public sealed class EndAnomalyTests
{
    private static readonly Request Ends = new Request.GetOffsets(Story.Partition);
    private static readonly Request PollAtThree = new Request.Poll([new Position(Story.Partition, 3)]);

    [Fact]
    public void The_ends_of_a_partition_hold_everything_that_was_acknowledged_before() =>
        Assert.Equal([AnomalyKind.StaleEnd], new Story().Sent(0, 10, 11).Say(Ends, new Answer.Ends(0, 1)).Check());

    [Fact]
    public void What_is_acknowledged_meanwhile_may_be_missing()
    {
        var story = new Story();
        var ends = story.Ask(Ends);

        Assert.Empty(story.Sent(0, 10).Answer(ends, new Answer.Ends(0, 0)).Check());
    }

    [Fact]
    public void An_empty_poll_at_the_end_has_looked_for_it() =>
        Assert.Equal(
            [AnomalyKind.StaleEnd],
            new Story().Sent(0, 10, 11, 12).Sent(3, 13).Say(PollAtThree, Story.PolledOf(highWatermark: 3)).Check());

    [Fact]
    public void A_poll_with_records_may_have_an_old_high_watermark() =>
        Assert.Empty(new Story().Sent(0, 10, 11)
            .Say(new Request.Poll([new Position(Story.Partition, 0)]), Story.PolledOf(1, (0, 10))).Check());

    [Fact]
    public void A_high_watermark_never_falls_for_one_client_at_one_node()
    {
        var first = new Request.Poll([new Position(Story.Partition, 0)]);
        var story = new Story().Sent(0, 10, 11).Say(first, Story.PolledOf(2, (0, 10), (1, 11)), process: 1);

        Assert.Equal([AnomalyKind.EndFell], story.Say(first, Story.PolledOf(1, (0, 10)), process: 1).Check());
    }

    [Fact]
    public void Another_node_may_know_less()
    {
        var first = new Request.Poll([new Position(Story.Partition, 0)]);
        var story = new Story().Sent(0, 10, 11).Say(first, Story.PolledOf(2, (0, 10), (1, 11)), process: 1);

        Assert.Empty(story.Say(first, Story.PolledOf(1, (0, 10)), process: 1, node: 2).Check());
    }

    [Fact]
    public void An_acknowledgement_before_the_append_took_effect_is_too_early()
    {
        var stored = new ModelLog().Block(10).Build();
        var story = new Story().Sent(0, 10);
        story.History.Appended(new SegmentName(ModelLog.Segment), stored.Partitions[0].Segments[0].Length);

        Assert.Equal([AnomalyKind.EndAhead], story.Check(stored));
    }

    [Fact]
    public void An_acknowledgement_behind_the_append_is_none_too_early()
    {
        var stored = new ModelLog().Block(10).Build();
        var story = new Story();
        var send = story.Ask(Story.SendOf(10));
        story.History.Appended(new SegmentName(ModelLog.Segment), stored.Partitions[0].Segments[0].Length);

        Assert.Empty(story.Answer(send, Answer.Sent.At(0, 1, duplicate: false)).Check(stored));
    }

    [Fact]
    public void Without_a_recorded_store_an_end_behind_what_was_not_yet_sent_is_too_early() =>
        Assert.Equal(
            [AnomalyKind.EndAhead],
            new Story().Sent(0, 10).Say(Ends, new Answer.Ends(0, 2)).Sent(1, 11)
                .Check(new ModelLog().Block(10).Block(11).Build()).Except([AnomalyKind.StaleEnd, AnomalyKind.WriteOrder]));

    [Fact]
    public void A_conditional_send_lies_where_it_expected() =>
        Assert.Equal(
            [AnomalyKind.BrokenCondition],
            new Story()
                .Say(Story.SendOf(10) with { NextOffset = 0 }, Answer.Sent.At(1, 1, duplicate: false)).Check());

    [Fact]
    public void A_conditional_send_of_unknown_outcome_is_not_stored_elsewhere() =>
        Assert.Equal(
            [AnomalyKind.BrokenCondition],
            new Story().Sent(0, 10).Say(Story.SendOf(11) with { NextOffset = 0 }, new Answer.Unknown(""))
                .Check(new ModelLog().Block(10).Block(11).Build()));

    [Fact]
    public void A_refused_condition_names_another_end() =>
        Assert.Equal(
            [AnomalyKind.BrokenCondition],
            new Story().Say(
                Story.SendOf(10) with { NextOffset = 0 },
                new Answer.Failed(Refusal.NextOffsetMismatch, 0, "")).Check());

    [Fact]
    public void A_refused_condition_names_an_end_that_is_not_old() =>
        Assert.Equal(
            [AnomalyKind.StaleEnd],
            new Story().Sent(0, 10, 11).Say(
                Story.SendOf(12) with { NextOffset = 2 },
                new Answer.Failed(Refusal.NextOffsetMismatch, 1, "")).Check());

    [Fact]
    public void Of_two_conditional_sends_one_wins_and_the_other_is_told_the_end() =>
        Assert.Empty(new Story()
            .Say(Story.SendOf(10) with { NextOffset = 0 }, Answer.Sent.At(0, 1, duplicate: false))
            .Say(Story.SendOf(11) with { NextOffset = 0 }, new Answer.Failed(Refusal.NextOffsetMismatch, 1, ""))
            .Check(new ModelLog().Block(10).Build()));
}
