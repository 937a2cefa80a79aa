using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.Log;

public sealed class IdempotentProducerTests : IDisposable
{
    private const long Producer = 4001;

    private readonly LogWorld _world = new();
    private readonly Topic _topic = LogWorld.TopicOf(1, ("segment.bytes", "16384"));

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task A_retried_batch_is_answered_with_its_first_offset()
    {
        var node = _world.StartNode();
        await _world.Append(node, _topic, "x");
        await Stored(1, node, 0, "a", "b");

        await Repeated(1, node, 0, "a", "b");

        Assert.Equal(["x", "a", "b"], await _world.ReadAll(node, _topic));
    }

    [Fact]
    public async Task A_batch_whose_answer_was_lost_is_recognised_by_another_node()
    {
        var (node, other) = (_world.StartNode(), _world.StartNode());
        await _world.Append(node, _topic, "x");
        await StoreWithoutAnswer(node, 0, "a");

        await Repeated(1, other, 0, "a");

        Assert.Equal(["x", "a"], await _world.ReadAll(other, _topic));
    }

    [Fact]
    public async Task A_batch_that_is_still_in_the_network_while_another_node_stores_it_is_stored_once()
    {
        var (node, other) = (_world.StartNode(), _world.StartNode());
        await _world.Append(node, _topic, "x");
        var held = new Held(_world.Segments.Interception);
        var first = _world.Begin(node, _topic, BatchOf(0, "a"));
        _world.Segments.Interception.Before = null;
        var second = Assert.IsType<AppendOutcome.Appended>(await _world.Send(other, _topic, BatchOf(0, "a")));
        held.Release();

        var late = Assert.IsType<AppendOutcome.Appended>(await _world.Finish(first));

        Assert.Equal((1L, false, 1L, true), (second.BaseOffset, second.Duplicate, late.BaseOffset, late.Duplicate));
        Assert.Equal(["x", "a"], await _world.ReadAll(other, _topic));
    }

    [Fact]
    public async Task A_take_over_in_between_forgets_nothing()
    {
        var (node, heir) = (_world.StartNode(), _world.StartNode());
        await _world.Append(node, _topic, "x");
        await StoreWithoutAnswer(node, 0, "a");
        _world.Time.Advance(TimeSpan.FromMinutes(1));
        await _world.Append(heir, _topic, "y");

        await Repeated(1, heir, 0, "a");

        Assert.Equal(["x", "a", "y"], await _world.ReadAll(heir, _topic));
    }

    [Fact]
    public async Task New_segments_in_between_forget_nothing_also_on_a_node_that_never_saw_the_old_ones()
    {
        var node = _world.StartNode();
        await Stored(0, node, 0, "a");
        for (var i = 0; i < 60; i++)
        {
            await _world.Append(node, _topic, new string('x', 1_000));
        }

        await Repeated(0, _world.StartNode(), 0, "a");
        await Stored(61, _world.StartNode(), 1, "b");
    }

    [Fact]
    public async Task The_repeat_of_a_batch_in_flight_waits_until_that_is_durable()
    {
        var node = _world.StartNode();
        await _world.Append(node, _topic, "x");
        var held = new Held(_world.Segments.Interception);
        var first = _world.Begin(node, _topic, BatchOf(0, "a"));
        var second = _world.Begin(node, _topic, BatchOf(0, "a"));
        await _world.Run(async ValueTask<bool> () =>
        {
            await Task.Delay(TimeSpan.FromSeconds(1), _world.Time);
            return true;
        });
        Assert.False(second.IsCompleted);

        held.Release();
        var outcomes = await _world.Finish(Task.WhenAll(first, second));

        Assert.Equal([(1L, false), (1L, true)], outcomes.Select(Answer));
        Assert.Equal(["x", "a"], await _world.ReadAll(node, _topic));
    }

    [Fact]
    public async Task Repeats_in_one_block_are_stored_once_and_all_answered()
    {
        var node = _world.StartNode();
        await _world.Append(node, _topic, "x");
        var held = new Held(_world.Segments.Interception);
        var before = _world.Begin(node, _topic, LogWorld.BatchOf("y"));
        Task<AppendOutcome>[] sends =
        [
            _world.Begin(node, _topic, BatchOf(0, "a")),
            _world.Begin(node, _topic, BatchOf(0, "a")),
            _world.Begin(node, _topic, BatchOf(1, "b")),
            _world.Begin(node, _topic, BatchOf(0, "a")),
        ];
        _world.Segments.Operations.Reset();

        held.Release();
        await _world.Finish(before);
        var outcomes = await _world.Finish(Task.WhenAll(sends));

        Assert.Equal([(2L, false), (2L, true), (3L, false), (2L, true)], outcomes.Select(Answer));
        Assert.Equal(1, _world.Segments.Operations.Appends);
    }

    [Fact]
    public async Task When_the_block_of_a_batch_is_not_stored_its_repeat_is_not_answered_as_if_it_were()
    {
        var node = _world.StartNode();
        await _world.Append(node, _topic, "x");
        _world.Segments.Interception.Before = static call => throw new StorageUnavailableException("down");
        var first = _world.Begin(node, _topic, BatchOf(0, "a"));
        var second = _world.Begin(node, _topic, BatchOf(0, "a"));

        await Assert.ThrowsAsync<StorageUnavailableException>(() => _world.Finish(first));
        await Assert.ThrowsAsync<StorageUnavailableException>(() => _world.Finish(second));

        Held.Heal(_world.Segments.Interception);
        await Stored(1, node, 0, "a");
    }

    [Fact]
    public async Task Two_nodes_that_get_the_same_batch_at_once_store_it_once()
    {
        var (left, right) = (_world.StartNode(), _world.StartNode());
        await _world.Append(left, _topic, "x");
        await _world.Append(right, _topic, "y");

        var outcomes = await _world.Finish(Task.WhenAll(
            _world.Begin(left, _topic, BatchOf(0, "a")), _world.Begin(right, _topic, BatchOf(0, "a"))));

        Assert.Equal([(2L, false), (2L, true)], outcomes.Select(Answer).Order());
        Assert.Equal(["x", "y", "a"], await _world.ReadAll(right, _topic));
    }

    [Fact]
    public async Task Five_batches_in_flight_are_stored_in_order_and_each_can_be_repeated()
    {
        var node = _world.StartNode();

        var sends = Enumerable.Range(0, 5).Select(i => _world.Begin(node, _topic, BatchOf(i, $"{i}"))).ToArray();
        var outcomes = await _world.Finish(Task.WhenAll(sends));

        Assert.Equal([0L, 1, 2, 3, 4], outcomes.Select(static outcome => Answer(outcome).Offset));
        for (var i = 0; i < 5; i++)
        {
            await Repeated(i, _world.StartNode(), i, $"{i}");
        }
    }

    [Fact]
    public async Task A_gap_is_refused_with_both_sequences_and_stores_nothing()
    {
        var node = _world.StartNode();
        await Stored(0, node, 0, "a");

        Assert.Equal(new AppendOutcome.OutOfOrderSequence(1, 2), await _world.Send(node, _topic, BatchOf(2, "c")));

        Assert.Equal(["a"], await _world.ReadAll(node, _topic));
    }

    [Fact]
    public async Task A_leader_that_missed_a_guests_block_does_not_refuse_what_follows_it()
    {
        var (leader, guest) = (_world.StartNode(), _world.StartNode());
        await Stored(0, leader, 0, "a");
        await Stored(1, guest, 1, "b");

        await Stored(2, leader, 2, "c");
    }

    [Fact]
    public async Task A_batch_that_arrived_before_the_one_it_misses_is_stored_behind_it()
    {
        var node = _world.StartNode();
        await Stored(0, node, 0, "a");
        var held = new Held(_world.Segments.Interception);
        var before = _world.Begin(node, _topic, LogWorld.BatchOf("y"));
        var plain = _world.Begin(node, _topic, LogWorld.BatchOf("z"));
        var gap = _world.Begin(node, _topic, BatchOf(2, "c"));
        var filling = _world.Begin(node, _topic, BatchOf(1, "b"));

        held.Release();
        await _world.Finish(Task.WhenAll(before, plain, gap, filling));

        Assert.Equal(["a", "y", "z", "b", "c"], await _world.ReadAll(node, _topic));
    }

    [Fact]
    public async Task A_replaced_producer_is_refused_with_both_epochs()
    {
        var node = _world.StartNode();
        await Stored(0, node, 0, "a");
        await _world.Send(node, _topic, LogWorld.BatchBy(Producer, 1, 0, "b"));

        var refused = await _world.Send(_world.StartNode(), _topic, BatchOf(1, "c"));

        Assert.Equal(new AppendOutcome.InvalidProducerEpoch(1, 0), refused);
    }

    [Fact]
    public async Task A_retry_with_other_borders_is_cut_until_every_part_has_one_answer()
    {
        var node = _world.StartNode();
        await Stored(0, node, 0, "a", "b");
        await _world.Append(node, _topic, "x");
        await Stored(3, node, 2, "c", "d");

        Assert.Equal(new AppendOutcome.MustSplit(1), await _world.Send(node, _topic, BatchOf(1, "b", "c", "d", "e")));
        await Repeated(1, node, 1, "b");
        Assert.Equal(new AppendOutcome.MustSplit(2), await _world.Send(node, _topic, BatchOf(2, "c", "d", "e")));
        await Repeated(3, node, 2, "c", "d");
        await Stored(5, node, 4, "e");
    }

    [Fact]
    public async Task Under_log_append_time_a_repeat_is_answered_with_the_time_of_the_first_append()
    {
        var topic = LogWorld.TopicOf(1, ("message.timestamp.type", "LogAppendTime"));
        var node = _world.StartNode();
        var first = Assert.IsType<AppendOutcome.Appended>(await _world.Send(node, topic, BatchOf(0, "a")));
        _world.Time.Advance(TimeSpan.FromMinutes(1));

        var repeat = Assert.IsType<AppendOutcome.Appended>(await _world.Send(_world.StartNode(), topic, BatchOf(0, "a")));

        Assert.NotNull(first.LogAppendTime);
        Assert.Equal(first.LogAppendTime, repeat.LogAppendTime);
    }

    [Fact]
    public async Task A_producer_that_was_silent_for_more_than_a_day_is_a_new_one()
    {
        var node = _world.StartNode();
        await Stored(0, node, 7, "a");
        _world.Time.Advance(TimeSpan.FromDays(1) + TimeSpan.FromMilliseconds(1));

        await Stored(1, node, 100, "b");
    }

    [Fact]
    public async Task A_partition_that_remembers_as_many_producers_as_it_can_refuses_a_new_one_for_ten_minutes()
    {
        var node = _world.StartNode();
        await _world.Finish(Task.WhenAll(Enumerable.Range(0, 1_000).Select(
            id => _world.Begin(node, _topic, LogWorld.BatchBy(id, 0, 0, "a")))));

        var refused = Assert.IsType<AppendOutcome.TooManyProducers>(await _world.Send(node, _topic, BatchOf(0, "b")));
        _world.Time.Advance(refused.RetryAfter);

        Assert.InRange(refused.RetryAfter, TimeSpan.FromMinutes(9), TimeSpan.FromMinutes(10));
        await Stored(1_000, node, 0, "b");
    }

    private static RecordBatch BatchOf(int sequence, params string[] values) =>
        LogWorld.BatchBy(Producer, 0, sequence, values);

    private static (long Offset, bool Duplicate) Answer(AppendOutcome outcome)
    {
        var appended = Assert.IsType<AppendOutcome.Appended>(outcome);
        return (appended.BaseOffset, appended.Duplicate);
    }

    private async Task Stored(long offset, EventLog node, int sequence, params string[] values) =>
        Assert.Equal((offset, false), Answer(await _world.Send(node, _topic, BatchOf(sequence, values))));

    private async Task Repeated(long offset, EventLog node, int sequence, params string[] values) =>
        Assert.Equal((offset, true), Answer(await _world.Send(node, _topic, BatchOf(sequence, values))));

    private async Task StoreWithoutAnswer(EventLog node, int sequence, params string[] values)
    {
        Held.CutOffAfterAppend(_world.Segments.Interception);
        await Assert.ThrowsAsync<StorageOutcomeUnknownException>(
            () => _world.Send(node, _topic, BatchOf(sequence, values)));
        Held.Heal(_world.Segments.Interception);
    }
}
