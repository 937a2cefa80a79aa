using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.Log;

public sealed class ConditionalAppendTests : IDisposable
{
    private readonly LogWorld _world = new();
    private readonly Topic _topic = LogWorld.TopicOf();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task A_batch_gets_the_offset_that_it_asks_for_or_is_refused_with_the_next_one()
    {
        var node = _world.StartNode();
        await _world.Append(node, _topic, "a", "b");

        Assert.Equal(new AppendOutcome.NextOffsetMismatch(2), await Send(node, 1, "c"));
        Assert.Equal(new AppendOutcome.NextOffsetMismatch(2), await Send(node, 3, "c"));
        Assert.Equal(2, Assert.IsType<AppendOutcome.Appended>(await Send(node, 2, "c")).BaseOffset);
    }

    [Fact]
    public async Task The_first_record_of_a_partition_has_the_offset_0() =>
        Assert.IsType<AppendOutcome.Appended>(await Send(_world.StartNode(), 0, "a"));

    [Fact]
    public async Task Of_several_at_once_that_ask_for_one_offset_one_wins_and_the_others_are_refused_without_a_read()
    {
        var node = _world.StartNode();
        await _world.Append(node, _topic, "a");
        var held = new Held(_world.Segments.Interception);
        var before = _world.Begin(node, _topic, LogWorld.BatchOf("b"));
        var sends = Enumerable.Range(0, 5).Select(i => Begin(node, 2, $"{i}")).ToArray();
        _world.Segments.Operations.Reset();

        held.Release();
        await _world.Finish(before);
        var outcomes = await _world.Finish(Task.WhenAll(sends));

        Assert.IsType<AppendOutcome.Appended>(outcomes[0]);
        Assert.All(outcomes[1..], static refused => Assert.Equal(new AppendOutcome.NextOffsetMismatch(3), refused));
        Assert.Equal((0, 1), (_world.Segments.Operations.Reads, _world.Segments.Operations.Appends));
        Assert.Equal(["a", "b", "0"], await _world.ReadAll(node, _topic));
    }

    [Fact]
    public async Task Of_two_nodes_that_ask_for_one_offset_one_wins()
    {
        var (left, right) = (_world.StartNode(), _world.StartNode());
        await _world.Append(left, _topic, "a");
        await _world.Append(right, _topic, "b");

        var outcomes = await _world.Finish(Task.WhenAll(Begin(left, 2, "left"), Begin(right, 2, "right")));

        Assert.Single(outcomes, static outcome => outcome is AppendOutcome.Appended { BaseOffset: 2 });
        Assert.Single(outcomes, static outcome => outcome is AppendOutcome.NextOffsetMismatch { NextOffset: 3 });
    }

    [Fact]
    public async Task A_leader_that_missed_a_guests_block_refuses_with_the_offset_behind_it()
    {
        var (leader, guest) = (_world.StartNode(), _world.StartNode());
        await _world.Append(leader, _topic, "a");
        await _world.Append(guest, _topic, "b");

        Assert.Equal(new AppendOutcome.NextOffsetMismatch(2), await Send(leader, 7, "c"));
        Assert.Equal(new AppendOutcome.NextOffsetMismatch(2), await Send(leader, 1, "c"));
        Assert.IsType<AppendOutcome.Appended>(await Send(leader, 2, "c"));
    }

    [Fact]
    public async Task The_retry_of_a_conditional_append_that_won_is_answered_with_success()
    {
        var node = _world.StartNode();
        var key = new AppendConditions { NextOffset = 0, Request = RequestKey.Of(_topic.Id, "k", 0) };
        await _world.Send(node, _topic, LogWorld.BatchOf("a"), key);
        await _world.Append(node, _topic, "b");

        var retry = Assert.IsType<AppendOutcome.Appended>(await _world.Send(node, _topic, LogWorld.BatchOf("a"), key));

        Assert.Equal((0L, true), (retry.BaseOffset, retry.Duplicate));
    }

    [Fact]
    public async Task A_refused_batch_of_a_producer_may_come_again_and_its_sequence_is_not_used_up()
    {
        var node = _world.StartNode();
        await _world.Append(node, _topic, "a");
        var wrong = new AppendConditions { NextOffset = 9 };

        var refused = await _world.Send(node, _topic, LogWorld.BatchBy(1, 0, 0, "b"), wrong);
        var next = await _world.Send(node, _topic, LogWorld.BatchBy(1, 0, 0, "b"));

        Assert.Equal(new AppendOutcome.NextOffsetMismatch(1), refused);
        Assert.IsType<AppendOutcome.Appended>(next);
    }

    private Task<AppendOutcome> Send(EventLog node, long nextOffset, string value) =>
        _world.Send(node, _topic, LogWorld.BatchOf(value), new AppendConditions { NextOffset = nextOffset });

    private Task<AppendOutcome> Begin(EventLog node, long nextOffset, string value) =>
        _world.Begin(node, _topic, LogWorld.BatchOf(value), new AppendConditions { NextOffset = nextOffset });
}
