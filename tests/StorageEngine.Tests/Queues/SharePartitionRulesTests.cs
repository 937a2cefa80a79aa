using Serverless.StorageEngine.Queues;

namespace Serverless.StorageEngine.Tests.Queues;

/// <summary>
/// The states of a partition are written as its start offset and a letter for each record: a<b>v</b>ailable,
/// <b>d</b>elayed, ac<b>q</b>uired, ac<b>k</b>nowledged, arch<b>i</b>ving, archived (<b>x</b>).
/// </summary>
public sealed class SharePartitionRulesTests
{
    private static readonly Acknowledgement Accept = new Acknowledgement.Accept();
    private static readonly Acknowledgement Reject = new Acknowledgement.Reject();
    private static readonly Acknowledgement Renew = new Acknowledgement.Renew();
    private static readonly Acknowledgement Release = new Acknowledgement.Release(TimeSpan.Zero);

    [Fact]
    public void A_new_partition_may_deliver_as_many_records_as_may_be_in_flight() =>
        Assert.Equal([new OffsetRange(5, 8)], SharePartitionRules.Acquirable(QueueWords.Fresh(5), QueueWords.Settings));

    [Fact]
    public void What_is_acquired_is_nobody_elses()
    {
        var state = QueueWords.Fresh().Acquired(1, 0, 0, 1);

        var (next, acquired) = SharePartitionRules.Acquire(state, QueueWords.Settings, [0, 1, 2], QueueWords.Lock(2));

        Assert.Equal([KeyValuePair.Create(2L, 1)], acquired);
        Assert.Equal("0:qqq", next.States());
        Assert.Equal([new OffsetRange(3, 5)], SharePartitionRules.Acquirable(next, QueueWords.Settings));
    }

    [Fact]
    public void Who_acquires_nothing_changes_nothing()
    {
        var state = QueueWords.Fresh().Acquired(1, 0, 0);

        Assert.Same(state, SharePartitionRules.Acquire(state, QueueWords.Settings, [0, 7], QueueWords.Lock(2)).Next);
    }

    [Fact]
    public void No_more_than_the_most_in_flight_are_acquired()
    {
        var (next, acquired) = SharePartitionRules.Acquire(
            QueueWords.Fresh(), QueueWords.Settings, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], QueueWords.Lock(1));

        Assert.Equal(8, acquired.Count);
        Assert.Empty(SharePartitionRules.Acquirable(next, QueueWords.Settings));
    }

    [Fact]
    public void The_start_offset_moves_behind_what_is_done_without_a_gap()
    {
        var state = QueueWords.Fresh().Acquired(1, 0, 0, 1, 2);

        var second = state.Says(Accept, 1, 1);
        var first = second.Says(Accept, 1, 0);

        Assert.Equal("0:qkq", second.States());
        Assert.Equal("2:q", first.States());
    }

    [Fact]
    public void A_lock_ends_at_its_deadline_and_not_before()
    {
        var state = QueueWords.Fresh().Acquired(1, secondsAfterNoon: 10, 0);

        Assert.Same(state, state.Settled(39.999));
        Assert.Equal("0:v", state.Settled(40).States());
    }

    [Fact]
    public void A_lock_counts_from_the_services_time_of_the_write_and_a_later_write_does_not_move_it()
    {
        var state = QueueWords.Fresh().Acquired(1, secondsAfterNoon: 10, 0).Acquired(2, secondsAfterNoon: 20, 1);

        Assert.Equal("0:vq", state.Settled(40).States());
        Assert.Equal("0:vv", state.Settled(50).States());
    }

    [Fact]
    public void A_lock_that_has_ended_does_nothing_any_more()
    {
        var state = QueueWords.Fresh().Acquired(1, 0, 0).Settled(30).Acquired(2, 30, 0);

        var (next, held) = SharePartitionRules.Acknowledge(state, QueueWords.Settings, [(0, 1)], Accept);

        Assert.Equal([false], held);
        Assert.Same(state, next);
    }

    [Fact]
    public void Each_token_of_a_request_has_its_own_outcome()
    {
        var state = QueueWords.Fresh().Acquired(1, 0, 0, 1);

        var (next, held) = SharePartitionRules.Acknowledge(
            state, QueueWords.Settings, [(1, 1), (1, 1), (0, 9), (-1, 1), (2, 1), (0, 1)], Accept);

        Assert.Equal([true, false, false, false, false, true], held);
        Assert.Equal("2:", next.States());
    }

    [Fact]
    public void What_is_released_is_delivered_again_and_counted()
    {
        var state = QueueWords.Fresh().Acquired(1, 0, 0).Says(Release, 1, 0);

        var (_, acquired) = SharePartitionRules.Acquire(state, QueueWords.Settings, [0], QueueWords.Lock(2));

        Assert.Equal([KeyValuePair.Create(0L, 2)], acquired);
    }

    [Fact]
    public void What_is_released_with_a_delay_waits_for_it()
    {
        var delay = new Acknowledgement.Release(TimeSpan.FromSeconds(10));

        var state = QueueWords.Fresh().Acquired(1, 0, 0).Says(delay, 1, 0).Stored(5);

        Assert.Equal("0:d", state.Settled(14.999).States());
        Assert.Equal([new OffsetRange(1, 7)], SharePartitionRules.Acquirable(state, QueueWords.Settings));
        Assert.Equal("0:v", state.Settled(15).States());
    }

    [Fact]
    public void A_lock_that_is_renewed_begins_anew()
    {
        var state = QueueWords.Fresh().Acquired(1, 0, 0).Says(Renew, 1, 0).Stored(20);

        Assert.Equal("0:q", state.Settled(49.999).States());
        Assert.Equal("0:v", state.Settled(50).States());
        Assert.Equal(1, state.Records[0].Deliveries);
    }

    [Fact]
    public void The_last_delivery_that_fails_archives_the_record()
    {
        var state = QueueWords.Fresh().Acquired(1, 0, 0).Says(Release, 1, 0)
            .Acquired(2, 0, 0).Settled(30)
            .Acquired(3, 30, 0, 1);

        Assert.Equal("1:q", state.Says(Release, 3, 0).States());
        Assert.Equal("1:v", state.Settled(60).States());
    }

    [Fact]
    public void A_limit_that_is_lowered_archives_what_was_delivered_as_often()
    {
        var state = QueueWords.Fresh().Acquired(1, 0, 0).Says(Release, 1, 0).Acquired(2, 0, 0).Says(Release, 2, 0);

        Assert.Equal("1:", state.Settled(0, QueueWords.Settings with { DeliveryLimit = 2 }).States());
    }

    [Fact]
    public void What_is_rejected_is_archived_and_waits_for_its_letter_where_there_is_a_topic_for_it()
    {
        var state = QueueWords.Fresh().Acquired(1, 0, 0, 1);

        var archiving = state.Says(Reject, 1, 0, QueueWords.WithDeadLetters);

        Assert.Equal("1:q", state.Says(Reject, 1, 0).States());
        Assert.Equal("0:iq", archiving.States());
        Assert.Equal(ArchiveCause.Rejected, archiving.Stored().Records[0].Cause);
        Assert.Equal("1:q", SharePartitionRules.Archive(archiving, new HashSet<long> { 0, 1 }).States());
    }

    [Fact]
    public void Without_a_topic_for_letters_none_is_waited_for_any_more()
    {
        var state = QueueWords.Fresh().Acquired(1, 0, 0).Says(Reject, 1, 0, QueueWords.WithDeadLetters);

        Assert.Same(state, state.Settled(1, QueueWords.WithDeadLetters));
        Assert.Equal("1:", state.Settled(1).States());
    }

    [Fact]
    public void What_the_log_has_no_more_is_passed_over_also_when_it_is_in_flight()
    {
        var state = QueueWords.Fresh().Acquired(1, 0, 0, 1, 2).Says(Accept, 1, 1);

        Assert.Same(state, SharePartitionRules.PassOver(state, 0));
        Assert.Equal("2:q", SharePartitionRules.PassOver(state, 1).States());
        Assert.Equal("2:q", SharePartitionRules.PassOver(state, 2).States());
        Assert.Equal("100:", SharePartitionRules.PassOver(state, 100).States());
    }

    [Fact]
    public void What_cannot_be_read_is_archived_and_what_others_hold_is_not()
    {
        var state = QueueWords.Fresh().Acquired(1, 0, 0);

        var next = SharePartitionRules.PassOver(
            state, QueueWords.Settings, new PassedOffsets(0, 3, IsUnreadable: true));

        Assert.Equal("0:qxx", next.States());
    }

    [Fact]
    public void Offsets_without_records_are_archived_and_have_no_dead_letter()
    {
        var state = QueueWords.Fresh().Acquired(1, 0, 0);

        var next = SharePartitionRules.PassOver(
            state, QueueWords.WithDeadLetters, new PassedOffsets(0, 3, IsUnreadable: false));

        Assert.Equal("0:qxx", next.States());
        Assert.False(next.HasArchiving);
    }

    [Fact]
    public void A_gap_behind_everything_in_flight_is_passed_as_far_as_records_may_be_in_flight()
    {
        var state = QueueWords.Fresh().Acquired(1, 0, 0);

        var next = SharePartitionRules.PassOver(
            state, QueueWords.Settings, new PassedOffsets(1, long.MaxValue, IsUnreadable: false));

        Assert.Equal((0, QueueWords.Settings.InFlightMax), (next.StartOffset, next.Records.Length));
    }

    [Fact]
    public void A_gap_with_nothing_in_flight_is_passed_in_one_step()
    {
        var next = SharePartitionRules.PassOver(
            QueueWords.Fresh(3), QueueWords.Settings, new PassedOffsets(3, 10_000_000_000, IsUnreadable: false));

        Assert.Equal((10_000_000_000, 0), (next.StartOffset, next.Records.Length));
    }

    [Fact]
    public void A_gap_further_on_is_not_passed_before_what_lies_in_front_of_it()
    {
        var state = QueueWords.Fresh();

        var next = SharePartitionRules.PassOver(
            state, QueueWords.Settings, new PassedOffsets(5, 9, IsUnreadable: false));

        Assert.Same(state, next);
    }
}
