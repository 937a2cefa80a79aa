using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Simulation;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.Log;

public sealed class FencingTokenTests : IDisposable
{
    private readonly LogWorld _world = new();
    private readonly Topic _topic = LogWorld.TopicOf(1, ("segment.bytes", "16384"));

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task Who_states_the_token_or_none_may_append_and_who_states_another_may_not()
    {
        var node = _world.StartNode();
        await _world.Append(node, _topic, "a");

        Assert.Equal(new AppendOutcome.Fenced(1), await Fence(node, "t1"));

        Assert.Equal(new AppendOutcome.FencingTokenMismatch("t1"), await Send(node, "t0", "x"));
        Assert.Equal(new AppendOutcome.FencingTokenMismatch("t1"), await Send(node, "", "x"));
        Assert.IsType<AppendOutcome.Appended>(await Send(node, "t1", "b"));
        Assert.IsType<AppendOutcome.Appended>(await Send(node, null, "c"));
        Assert.Equal(["a", "b", "c"], await _world.ReadAll(node, _topic));
    }

    [Fact]
    public async Task Without_a_token_only_the_empty_one_matches()
    {
        var node = _world.StartNode();

        Assert.Equal(new AppendOutcome.FencingTokenMismatch(""), await Send(node, "t1", "x"));
        Assert.IsType<AppendOutcome.Appended>(await Send(node, "", "a"));
    }

    [Fact]
    public async Task A_token_holds_on_every_node_and_through_new_segments()
    {
        var node = _world.StartNode();
        await Fence(node, "t1");
        for (var i = 0; i < 40; i++)
        {
            await _world.Append(node, _topic, new string('x', 1_000));
        }

        Assert.Equal(new AppendOutcome.FencingTokenMismatch("t1"), await Send(_world.StartNode(), "t0", "y"));
        Assert.IsType<AppendOutcome.Appended>(await Send(_world.StartNode(), "t1", "y"));
    }

    [Fact]
    public async Task However_many_tokens_are_set_the_partition_goes_on()
    {
        using var world = new LogWorld { Segments = new SimulatedSegmentStore { BlocksMax = 8 } };
        var topic = LogWorld.TopicOf();
        var settings = new EventLogSettings { Tuning = LogTuning.Default with { SegmentBlocksMax = 5 } };
        var node = world.StartNode(settings);
        await world.Append(node, topic, "a");
        for (var number = 0; number < 40; number++)
        {
            var token = $"t{number}";
            Assert.Equal(
                new AppendOutcome.Fenced(1),
                await world.Run(() => node.FenceAsync(topic, 0, token, AppendConditions.None, CancellationToken.None)));
        }

        for (var number = 0; number < 12; number++)
        {
            await world.Append(node, topic, $"{number}");
        }

        string[] expected = ["a", .. Enumerable.Range(0, 12).Select(static number => $"{number}")];
        Assert.Equal(expected, await world.ReadAll(node, topic));
        Assert.Equal(expected, await world.ReadAll(world.StartNode(settings), topic));
        Assert.Equal(expected[3..], await world.ReadAll(world.StartNode(settings), topic, offset: 3));
    }

    [Fact]
    public async Task A_waiting_token_counts_as_the_state_that_its_block_will_carry()
    {
        var node = _world.StartNode(new EventLogSettings { PendingBytesMax = 1024 * 1024 });
        await _world.Append(node, _topic, "a");
        var held = new Held(_world.Segments.Interception);

        var setting = Enumerable.Range(0, 4).Select(number => _world.Start(
            () => node.FenceAsync(_topic, 0, $"t{number}", AppendConditions.None, CancellationToken.None))).ToArray();
        held.Release();
        var outcomes = await _world.Finish(Task.WhenAll(setting));

        Assert.Equal(2, outcomes.Count(static outcome => outcome is AppendOutcome.Fenced));
        Assert.Equal(2, outcomes.Count(static outcome => outcome is AppendOutcome.Throttled));
    }

    [Fact]
    public async Task A_leader_that_missed_the_token_refuses_by_it()
    {
        var (leader, guest) = (_world.StartNode(), _world.StartNode());
        await Fence(leader, "old");
        await Fence(guest, "new");

        Assert.Equal(new AppendOutcome.FencingTokenMismatch("new"), await Send(leader, "old", "x"));
        Assert.Equal(["a"], await AppendedBy(leader, "new", "a"));
    }

    [Fact]
    public async Task A_token_can_be_replaced_under_the_condition_of_the_old_one_and_cleared()
    {
        var node = _world.StartNode();
        await Fence(node, "t1");

        Assert.Equal(new AppendOutcome.FencingTokenMismatch("t1"), await Fence(node, "t2", "t0"));
        Assert.Equal(new AppendOutcome.Fenced(0), await Fence(node, "t2", "t1"));
        Assert.Equal(new AppendOutcome.Fenced(0), await Fence(node, "", "t2"));
        Assert.IsType<AppendOutcome.Appended>(await Send(node, "", "a"));
    }

    [Fact]
    public async Task A_token_can_be_set_under_the_condition_of_the_next_offset()
    {
        var node = _world.StartNode();
        await _world.Append(node, _topic, "a");

        var wrong = await Fence(node, "t1", new AppendConditions { NextOffset = 0 });
        var right = await Fence(node, "t1", new AppendConditions { NextOffset = 1 });

        Assert.Equal(new AppendOutcome.NextOffsetMismatch(1), wrong);
        Assert.Equal(new AppendOutcome.Fenced(1), right);
    }

    [Fact]
    public async Task Setting_the_token_that_is_there_still_needs_the_offset_that_it_states()
    {
        var node = _world.StartNode();
        await Fence(node, "t1");
        await _world.Append(node, _topic, "a");

        var wrong = await Fence(node, "t1", new AppendConditions { NextOffset = 0 });
        var right = await Fence(node, "t1", new AppendConditions { NextOffset = 1 });

        Assert.Equal(new AppendOutcome.NextOffsetMismatch(1), wrong);
        Assert.Equal(new AppendOutcome.Fenced(1), right);
    }

    [Fact]
    public async Task Setting_a_token_again_after_a_lost_answer_succeeds()
    {
        var node = _world.StartNode();
        await Fence(node, "t1");
        Held.CutOffAfterAppend(_world.Segments.Interception);
        await Assert.ThrowsAsync<StorageOutcomeUnknownException>(() => Fence(node, "t2", "t1"));
        Held.Heal(_world.Segments.Interception);

        Assert.Equal(new AppendOutcome.Fenced(0), await Fence(node, "t2", "t1"));
    }

    [Fact]
    public async Task A_token_that_another_node_has_replaced_is_set_again()
    {
        var (leader, guest) = (_world.StartNode(), _world.StartNode());
        await Fence(leader, "t1");
        await Fence(guest, "t2");

        await Fence(leader, "t1");

        Assert.Equal(new AppendOutcome.FencingTokenMismatch("t1"), await Send(guest, "t2", "x"));
    }

    [Fact]
    public async Task Appends_keep_their_order_around_a_token_that_is_set_among_them()
    {
        var node = _world.StartNode();
        await Fence(node, "old");
        var held = new Held(_world.Segments.Interception);
        var before = _world.Begin(node, _topic, LogWorld.BatchOf("x"));
        var first = Begin(node, "old", "a");
        var fence = _world.Start(() => node.FenceAsync(_topic, 0, "new", AppendConditions.None, CancellationToken.None));
        var late = Begin(node, "old", "b");
        var next = Begin(node, "new", "c");

        held.Release();
        await _world.Finish(before);

        Assert.IsType<AppendOutcome.Appended>(await _world.Finish(first));
        Assert.Equal(new AppendOutcome.Fenced(2), await _world.Finish(fence));
        Assert.Equal(new AppendOutcome.FencingTokenMismatch("new"), await _world.Finish(late));
        Assert.IsType<AppendOutcome.Appended>(await _world.Finish(next));
        Assert.Equal(["x", "a", "c"], await _world.ReadAll(node, _topic));
    }

    private Task<AppendOutcome> Fence(EventLog node, string token, string? current = null) =>
        Fence(node, token, new AppendConditions { FencingToken = current });

    private Task<AppendOutcome> Fence(EventLog node, string token, AppendConditions conditions) =>
        _world.Run(() => node.FenceAsync(_topic, 0, token, conditions, CancellationToken.None));

    private Task<AppendOutcome> Send(EventLog node, string? token, string value) =>
        _world.Send(node, _topic, LogWorld.BatchOf(value), new AppendConditions { FencingToken = token });

    private Task<AppendOutcome> Begin(EventLog node, string? token, string value) =>
        _world.Begin(node, _topic, LogWorld.BatchOf(value), new AppendConditions { FencingToken = token });

    private async Task<string[]> AppendedBy(EventLog node, string token, string value)
    {
        Assert.IsType<AppendOutcome.Appended>(await Send(node, token, value));
        return await _world.ReadAll(node, _topic);
    }
}
