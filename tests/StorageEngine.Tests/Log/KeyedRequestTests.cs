using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.Log;

public sealed class KeyedRequestTests : IDisposable
{
    private readonly LogWorld _world = new();
    private readonly Topic _topic = LogWorld.TopicOf(1, ("segment.bytes", "16384"));

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task A_request_that_comes_again_gets_its_first_answer_on_any_node()
    {
        var node = _world.StartNode();
        await _world.Append(node, _topic, "x");
        await Stored(1, node, 0, "a", "b");
        await _world.Append(node, _topic, "y");

        await Repeated(1, node, 0, "a", "b");
        await Repeated(1, _world.StartNode(), 0, "a", "b");

        Assert.Equal(["x", "a", "b", "y"], await _world.ReadAll(node, _topic));
    }

    [Fact]
    public async Task A_request_whose_answer_was_lost_is_recognised_by_a_node_that_starts_later()
    {
        var node = _world.StartNode();
        await _world.Append(node, _topic, "x");
        Held.CutOffAfterAppend(_world.Segments.Interception);
        await Assert.ThrowsAsync<StorageOutcomeUnknownException>(() => Send(node, 0, "a"));
        Held.Heal(_world.Segments.Interception);

        await Repeated(1, _world.StartNode(), 0, "a");
    }

    [Fact]
    public async Task New_segments_in_between_forget_no_request()
    {
        var node = _world.StartNode();
        await Stored(0, node, 0, "a");
        for (var i = 0; i < 60; i++)
        {
            await _world.Append(node, _topic, new string('x', 1_000));
        }

        await Repeated(0, _world.StartNode(), 0, "a");
    }

    [Fact]
    public async Task A_stream_that_comes_again_with_other_borders_is_stored_once()
    {
        var node = _world.StartNode();
        await Stored(0, node, 0, "a", "b");
        await _world.Append(node, _topic, "x");
        await Stored(3, node, 2, "c");

        Assert.Equal(new AppendOutcome.MustSplit(2), await Send(node, 0, "a", "b", "c", "d"));
        await Repeated(0, node, 0, "a", "b");
        Assert.Equal(new AppendOutcome.MustSplit(1), await Send(node, 2, "c", "d"));
        await Repeated(3, node, 2, "c");
        await Stored(4, node, 3, "d");
    }

    [Fact]
    public async Task A_batch_that_failed_in_the_middle_of_a_request_can_be_sent_after_the_later_ones()
    {
        var node = _world.StartNode();
        await Stored(0, node, 0, "a");
        await Stored(1, node, 2, "c");

        await Stored(2, node, 1, "b");
        await Repeated(1, node, 2, "c");
    }

    [Fact]
    public async Task The_repeat_of_a_request_in_flight_waits_and_is_stored_once()
    {
        var node = _world.StartNode();
        await _world.Append(node, _topic, "x");
        var held = new Held(_world.Segments.Interception);
        var first = Begin(node, 0, "a");
        var second = Begin(node, 0, "a");

        held.Release();
        var outcomes = await _world.Finish(Task.WhenAll(first, second));

        Assert.Equal([(1L, false), (1L, true)], outcomes.Select(Answer));
    }

    [Fact]
    public async Task Another_key_is_another_request()
    {
        var node = _world.StartNode();
        await Stored(0, node, 0, "a");

        var other = new AppendConditions { Request = RequestKey.Of(_topic.Id, "other", 0) };

        Assert.Equal((1L, false), Answer(await _world.Send(node, _topic, LogWorld.BatchOf("a"), other)));
    }

    [Fact]
    public async Task Another_request_under_a_known_key_is_refused_and_stores_nothing()
    {
        var (node, other) = (_world.StartNode(), _world.StartNode());
        var key = RequestKey.Of(_topic.Id, "order-1", 0);
        var first = new AppendConditions { Request = key.WithFingerprint(1) };
        var second = new AppendConditions { Request = key.WithFingerprint(2) };

        await _world.Send(node, _topic, LogWorld.BatchOf("a"), first);
        var refused = await _world.Send(other, _topic, LogWorld.BatchOf("b"), second);
        var repeated = await _world.Send(other, _topic, LogWorld.BatchOf("a"), first);

        Assert.IsType<AppendOutcome.RequestKeyReused>(refused);
        Assert.Equal((0L, true), Answer(repeated));
    }

    [Fact]
    public async Task Under_log_append_time_records_of_two_appends_are_answered_apart()
    {
        var topic = LogWorld.TopicOf(1, ("message.timestamp.type", "LogAppendTime"));
        var node = _world.StartNode();
        var first = await _world.Send(node, topic, LogWorld.BatchOf("a"), Key(0));
        _world.Time.Advance(TimeSpan.FromSeconds(1));
        await _world.Send(node, topic, LogWorld.BatchOf("b"), Key(1));

        Assert.Equal(new AppendOutcome.MustSplit(1), await _world.Send(node, topic, LogWorld.BatchOf("a", "b"), Key(0)));
        var repeat = await _world.Send(node, topic, LogWorld.BatchOf("a"), Key(0));

        Assert.Equal(
            Assert.IsType<AppendOutcome.Appended>(first).LogAppendTime,
            Assert.IsType<AppendOutcome.Appended>(repeat).LogAppendTime);
    }

    private static (long Offset, bool Duplicate) Answer(AppendOutcome outcome)
    {
        var appended = Assert.IsType<AppendOutcome.Appended>(outcome);
        return (appended.BaseOffset, appended.Duplicate);
    }

    private AppendConditions Key(int ordinal) => new() { Request = RequestKey.Of(_topic.Id, "order-1", ordinal) };

    private Task<AppendOutcome> Send(EventLog node, int ordinal, params string[] values) =>
        _world.Send(node, _topic, LogWorld.BatchOf(values), Key(ordinal));

    private Task<AppendOutcome> Begin(EventLog node, int ordinal, params string[] values) =>
        _world.Begin(node, _topic, LogWorld.BatchOf(values), Key(ordinal));

    private async Task Stored(long offset, EventLog node, int ordinal, params string[] values) =>
        Assert.Equal((offset, false), Answer(await Send(node, ordinal, values)));

    private async Task Repeated(long offset, EventLog node, int ordinal, params string[] values) =>
        Assert.Equal((offset, true), Answer(await Send(node, ordinal, values)));
}
