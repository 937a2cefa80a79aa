using Serverless.StorageEngine.Simulation.Checking;
using Serverless.StorageEngine.Simulation.Checking.Stored;
using Serverless.StorageEngine.Simulation.Histories;

namespace Serverless.StorageEngine.Simulation.Tests.Checking;

/// <summary>Histories that the stored log contradicts.</summary>
public sealed class StoredAnomalyTests
{
    private static readonly StoredLog TwoValues = new ModelLog().Block(10).Block(11).Build();

    private static Story TwoSent => new Story().Sent(0, 10).Sent(1, 11);

    [Fact]
    public void A_history_that_the_log_bears_out_has_no_anomaly() =>
        Assert.Empty(TwoSent.Polled(0, 10, 11).Check(TwoValues, complete: true));

    [Fact]
    public void An_acknowledged_value_that_is_not_stored_is_missing() =>
        Assert.Equal(
            [AnomalyKind.AcknowledgedMissing], TwoSent.Sent(2, 12).Check(TwoValues).Except([AnomalyKind.EndAhead]));

    [Fact]
    public void An_acknowledged_value_of_a_log_without_any_segment_is_missing() =>
        Assert.Equal([AnomalyKind.AcknowledgedMissing], new Story().Sent(0, 10).Check(new StoredLog([])));

    [Fact]
    public void An_acknowledged_value_at_another_offset_is_missing() =>
        Assert.Contains(AnomalyKind.AcknowledgedMissing, new Story().Sent(0, 11).Unknown(10).Check(TwoValues));

    [Fact]
    public void A_value_of_unknown_outcome_may_be_stored_or_not() =>
        Assert.Empty(new Story().Sent(0, 10).Unknown(11).Unknown(12).Check(TwoValues));

    [Fact]
    public void A_failed_value_that_is_stored_is_found() =>
        Assert.Equal([AnomalyKind.FailedPresent], new Story().Sent(0, 10).Failed(11).Check(TwoValues));

    [Fact]
    public void A_stored_value_that_nobody_sent_is_found() =>
        Assert.Equal([AnomalyKind.UnsentValue], new Story().Sent(0, 10).Check(TwoValues));

    [Fact]
    public void A_value_that_is_stored_twice_is_a_duplicate() =>
        Assert.Equal(
            [AnomalyKind.Duplicate], new Story().Sent(0, 10).Check(new ModelLog().Block(10).Block(10).Build()));

    [Fact]
    public void A_poll_that_begins_behind_the_wanted_offset_differs_from_the_log() =>
        Assert.Equal([AnomalyKind.PollDiffers], TwoSent.PolledAt(0, (1, 11)).Polled(0, 10).Check(TwoValues));

    [Fact]
    public void A_poll_that_leaves_a_record_out_differs_from_the_log() =>
        Assert.Contains(
            AnomalyKind.PollDiffers,
            new Story().Sent(0, 10).Sent(1, 11).Sent(2, 12).PolledAt(0, (0, 10), (2, 12))
                .Check(new ModelLog().Block(10).Block(11).Block(12).Build()));

    [Fact]
    public void A_poll_of_another_value_than_the_stored_one_differs_from_the_log() =>
        Assert.Contains(AnomalyKind.PollDiffers, TwoSent.Polled(0, 11).Check(TwoValues));

    [Fact]
    public void A_send_in_front_of_an_acknowledged_one_is_found_in_the_log_whatever_its_outcome() =>
        Assert.Contains(
            AnomalyKind.WriteOrder, new Story().Sent(1, 11).Unknown(10).Check(TwoValues));

    [Fact]
    public void A_search_by_time_gives_the_first_record_that_is_not_older() =>
        Assert.Empty(Searched(1_001, new Answer.Found(1, 1_001)));

    [Fact]
    public void A_search_by_time_that_gives_a_later_record_is_wrong() =>
        Assert.Equal([AnomalyKind.WrongTimeLookup], Searched(1_000, new Answer.Found(1, 1_001)));

    [Fact]
    public void A_search_by_time_that_misses_what_was_acknowledged_is_wrong() =>
        Assert.Equal([AnomalyKind.WrongTimeLookup], Searched(1_001, new Answer.Found(null, null)));

    [Fact]
    public void A_search_by_time_may_miss_what_is_sent_meanwhile()
    {
        var story = new Story().Sent(0, 10);
        var search = story.Ask(new Request.FindOffset(Story.Partition, 1_001));

        Assert.Empty(story.Sent(1, 11).Answer(search, new Answer.Found(null, null)).Check(TwoValues));
    }

    private static IReadOnlyList<AnomalyKind> Searched(long timestamp, Answer answer) =>
        TwoSent.Say(new Request.FindOffset(Story.Partition, timestamp), answer).Check(TwoValues);
}
