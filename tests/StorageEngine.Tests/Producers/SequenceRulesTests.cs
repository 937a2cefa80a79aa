using Serverless.StorageEngine.Producers;
using Serverless.StorageEngine.Records;

namespace Serverless.StorageEngine.Tests.Producers;

public sealed class SequenceRulesTests
{
    private const long Now = 1_900_000_000_000;
    private const long NoTime = SequenceVerdict.NoAppendTime;

    [Fact]
    public void A_producer_that_is_not_known_may_begin_with_any_sequence() =>
        Assert.IsType<SequenceVerdict.Next>(Judge(ProducerStates.Empty, sequence: 4711));

    [Fact]
    public void A_batch_that_continues_the_last_one_is_new()
    {
        var states = ProducerStates.Empty.With(1, 0, 10, new(5, 100, NoTime), Now);

        Assert.IsType<SequenceVerdict.Next>(Judge(states, sequence: 15));
    }

    [Fact]
    public void A_gap_is_out_of_order_and_the_expected_sequence_is_named()
    {
        var states = ProducerStates.Empty.With(1, 0, 10, new(5, 100, NoTime), Now);

        Assert.Equal(new SequenceVerdict.OutOfOrder(15), Judge(states, sequence: 16));
    }

    [Theory]
    [InlineData(2, 302)]
    [InlineData(3, 303)]
    [InlineData(6, 306)]
    public void A_repeat_of_one_of_the_last_five_batches_is_answered_with_its_first_offset(int sequence, long offset) =>
        Assert.Equal(new SequenceVerdict.Duplicate(offset, NoTime), Judge(SevenBatches(), sequence));

    [Fact]
    public void A_repeat_of_an_older_batch_is_out_of_order() =>
        Assert.Equal(new SequenceVerdict.OutOfOrder(7), Judge(SevenBatches(), sequence: 1));

    [Fact]
    public void A_repeat_is_answered_with_the_append_time_of_the_first_try()
    {
        var states = ProducerStates.Empty.With(1, 0, 0, new(1, 100, AppendTime: 1_234), Now);

        Assert.Equal(new SequenceVerdict.Duplicate(100, 1_234), Judge(states, sequence: 0));
    }

    [Fact]
    public void A_lower_epoch_is_stale_whatever_its_sequence()
    {
        var states = ProducerStates.Empty.With(1, 3, 0, new(1, 100, NoTime), Now);

        Assert.Equal(new SequenceVerdict.StaleEpoch(3), Judge(states, sequence: 1, epoch: 2));
    }

    [Fact]
    public void A_higher_epoch_begins_with_sequence_0_and_nothing_else()
    {
        var states = ProducerStates.Empty.With(1, 3, 0, new(1, 100, NoTime), Now);

        Assert.IsType<SequenceVerdict.Next>(Judge(states, sequence: 0, epoch: 4));
        Assert.Equal(
            new SequenceVerdict.OutOfOrder(0) { IsNewEpoch = true }, Judge(states, sequence: 1, epoch: 4));
    }

    [Fact]
    public void Behind_a_batch_of_a_higher_epoch_the_batches_of_the_old_one_are_forgotten()
    {
        var states = ProducerStates.Empty
            .With(1, 3, 0, new(1, 100, NoTime), Now)
            .With(1, 4, 0, new(1, 101, NoTime), Now);

        Assert.Equal(new SequenceVerdict.StaleEpoch(4), Judge(states, sequence: 0, epoch: 3));
        Assert.Equal(new SequenceVerdict.Duplicate(101, NoTime), Judge(states, sequence: 0, epoch: 4));
    }

    [Fact]
    public void The_sequence_0_follows_the_largest_one()
    {
        var states = ProducerStates.Empty.With(1, 0, int.MaxValue - 1, new(4, 100, NoTime), Now);

        Assert.IsType<SequenceVerdict.Next>(Judge(states, sequence: 2));
        Assert.Equal(new SequenceVerdict.Duplicate(102, NoTime), Judge(states, sequence: 0, count: 2));
        Assert.Equal(new SequenceVerdict.OutOfOrder(2), Judge(states, sequence: int.MaxValue - 2));
    }

    [Fact]
    public void A_repeat_with_other_borders_is_one_as_long_as_its_records_lie_together()
    {
        var states = ProducerStates.Empty
            .With(1, 0, 0, new(3, 100, NoTime), Now)
            .With(1, 0, 3, new(3, 103, NoTime), Now);

        Assert.Equal(new SequenceVerdict.Duplicate(101, NoTime), Judge(states, sequence: 1, count: 4));
    }

    [Fact]
    public void Repeated_records_that_lie_apart_or_have_other_append_times_must_be_asked_for_apart()
    {
        var apart = ProducerStates.Empty
            .With(1, 0, 0, new(3, 100, NoTime), Now)
            .With(1, 0, 3, new(3, 110, NoTime), Now);
        var timed = ProducerStates.Empty
            .With(1, 0, 0, new(3, 100, 7), Now)
            .With(1, 0, 3, new(3, 103, 8), Now);

        Assert.Equal(new SequenceVerdict.Split(2), Judge(apart, sequence: 1, count: 4));
        Assert.Equal(new SequenceVerdict.Split(2), Judge(timed, sequence: 1, count: 4));
    }

    [Fact]
    public void A_batch_that_is_half_a_repeat_must_be_cut_where_the_new_records_begin()
    {
        var states = ProducerStates.Empty.With(1, 0, 0, new(3, 100, NoTime), Now);

        Assert.Equal(new SequenceVerdict.Split(1), Judge(states, sequence: 2, count: 5));
    }

    [Fact]
    public void A_producer_is_known_for_a_day_of_the_logs_time()
    {
        var states = ProducerStates.Empty.With(1, 5, 10, new(1, 100, NoTime), Now);
        const long Day = 24 * 60 * 60 * 1_000;

        Assert.Equal(new SequenceVerdict.StaleEpoch(5), Judge(states, sequence: 0, epoch: 4, time: Now + Day));
        Assert.IsType<SequenceVerdict.Next>(Judge(states, sequence: 0, epoch: 4, time: Now + Day + 1));
    }

    [Fact]
    public void With_no_room_a_new_producer_waits_until_one_was_idle_for_ten_minutes()
    {
        const int Minute = 60_000;
        var states = ProducerStatesTests.Full(Now);

        Assert.Equal(new SequenceVerdict.TooManyProducers(10 * Minute), Judge(states, 0, producer: 5_000, time: Now));
        Assert.Equal(new SequenceVerdict.TooManyProducers(1), Judge(states, 0, producer: 5_000, time: Now + (10 * Minute) - 1));
        Assert.IsType<SequenceVerdict.Next>(Judge(states, 0, producer: 5_000, time: Now + (10 * Minute)));
        Assert.IsType<SequenceVerdict.Next>(Judge(states, 1, producer: 7, time: Now));
    }

    private static ProducerStates SevenBatches()
    {
        var states = ProducerStates.Empty;
        for (var sequence = 0; sequence < 7; sequence++)
        {
            states = states.With(1, 0, sequence, new(1, 300 + sequence, NoTime), Now);
        }

        return states;
    }

    private static SequenceVerdict Judge(
        ProducerStates states, int sequence, int count = 1, short epoch = 0, long producer = 1, long time = Now)
    {
        var builder = new RecordBatchBuilder();
        for (var record = 0; record < count; record++)
        {
            builder.Append(1_000, null, null, []);
        }

        builder.SetProducer(producer, epoch, sequence);
        return SequenceRules.Judge(states, builder.Build(), time);
    }
}
