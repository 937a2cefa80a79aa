using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Simulation;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Tests.Log;

public sealed class AppendTests : IDisposable
{
    private readonly LogWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task Offsets_are_dense_from_zero()
    {
        var node = _world.StartNode();
        var topic = LogWorld.TopicOf();

        Assert.Equal(0, await _world.Append(node, topic, "a", "b"));
        Assert.Equal(2, await _world.Append(node, topic, "c"));
        Assert.Equal(3, await _world.Append(node, topic, "d"));

        Assert.Equal(["a", "b", "c", "d"], await _world.ReadAll(node, topic));
    }

    [Fact]
    public async Task The_first_append_to_a_new_partition_is_one_block_that_is_barrier_and_checkpoint_at_once()
    {
        var node = _world.StartNode();

        await _world.Append(node, LogWorld.TopicOf(), "a");

        Assert.Equal(1, _world.Segments.Operations.Appends);
    }

    [Fact]
    public async Task A_leader_pays_one_append_and_nothing_else_for_a_block()
    {
        var node = _world.StartNode();
        var topic = LogWorld.TopicOf();
        await _world.Append(node, topic, "a");
        _world.Segments.Operations.Reset();
        _world.Tables.Operations.Reset();

        await _world.Append(node, topic, "b");

        Assert.Equal(1, _world.Segments.Operations.Total);
        Assert.Equal(0, _world.Tables.Operations.Total);
    }

    [Fact]
    public async Task Batches_that_arrive_during_an_append_share_the_next_block()
    {
        var node = _world.StartNode();
        var topic = LogWorld.TopicOf();
        await _world.Append(node, topic, "first");
        var release = new TaskCompletionSource();
        _world.Segments.Interception.Before = call =>
            call.Operation == StorageOperation.Append ? new ValueTask(release.Task) : ValueTask.CompletedTask;
        _world.Segments.Operations.Reset();

        var appends = Enumerable.Range(0, 10)
            .Select(i => _world.Start(() => node.AppendAsync(topic, 0, LogWorld.BatchOf($"{i}"), CancellationToken.None)))
            .ToArray();
        _world.Segments.Interception.Before = null;
        release.SetResult();
        await _world.Finish(Task.WhenAll(appends));

        Assert.Equal(2, _world.Segments.Operations.Appends);
        Assert.Equal(["first", "0", "1", "2", "3", "4", "5", "6", "7", "8", "9"], await _world.ReadAll(node, topic));
    }

    [Fact]
    public async Task A_restarted_node_sees_everything_that_was_acknowledged()
    {
        var topic = LogWorld.TopicOf();
        await _world.Append(_world.StartNode(), topic, "a", "b");

        var restarted = _world.StartNode();

        Assert.Equal(["a", "b"], await _world.ReadAll(restarted, topic));
        Assert.Equal(2, await _world.Append(restarted, topic, "c"));
    }

    [Fact]
    public async Task Too_much_waiting_is_refused_with_a_hint_and_stores_nothing()
    {
        var node = _world.StartNode(new EventLogSettings { PendingBytesMax = 150 });
        var topic = LogWorld.TopicOf();
        var release = new TaskCompletionSource();
        _world.Segments.Interception.Before = call =>
            call.Operation == StorageOperation.Append ? new ValueTask(release.Task) : ValueTask.CompletedTask;
        var waiting = _world.Start(
            () => node.AppendAsync(topic, 0, LogWorld.BatchOf(new string('x', 100)), CancellationToken.None));

        var refused = await node.AppendAsync(topic, 0, LogWorld.BatchOf("y"), CancellationToken.None);

        Assert.True(Assert.IsType<AppendOutcome.Throttled>(refused).RetryAfter > TimeSpan.Zero);
        release.SetResult();
        await _world.Finish(waiting);
        Assert.Single(await _world.ReadAll(node, topic));
    }

    [Fact]
    public async Task The_waiting_batches_of_all_partitions_together_are_bounded()
    {
        var node = _world.StartNode(new EventLogSettings { PendingBytesTotalMax = 150 });
        var topic = LogWorld.TopicOf(partitions: 2);
        var release = new TaskCompletionSource();
        _world.Segments.Interception.Before = call =>
            call.Operation == StorageOperation.Append ? new ValueTask(release.Task) : ValueTask.CompletedTask;
        var waiting = _world.Start(
            () => node.AppendAsync(topic, 0, LogWorld.BatchOf(new string('x', 100)), CancellationToken.None));

        var refused = await node.AppendAsync(topic, 1, LogWorld.BatchOf("y"), CancellationToken.None);

        Assert.IsType<AppendOutcome.Throttled>(refused);
        release.SetResult();
        await _world.Finish(waiting);
        var accepted = await _world.Run(() => node.AppendAsync(topic, 1, LogWorld.BatchOf("y"), CancellationToken.None));
        Assert.IsType<AppendOutcome.Appended>(accepted);
    }

    [Fact]
    public async Task A_partition_that_does_not_exist_is_refused()
    {
        var outcome = await _world.StartNode().AppendAsync(
            LogWorld.TopicOf(partitions: 2), 2, LogWorld.BatchOf("a"), CancellationToken.None);

        Assert.IsType<AppendOutcome.UnknownTopicOrPartition>(outcome);
    }

    [Fact]
    public async Task Each_of_those_who_are_refused_together_gets_an_exception_of_its_own()
    {
        var (node, topic) = (_world.StartNode(), LogWorld.TopicOf());
        _world.Tables.Interception.Before = static async _ =>
        {
            await Task.Yield();
            throw new StorageUnavailableException("down");
        };

        var refused = Enumerable.Range(0, 3)
            .Select(number => _world.Begin(node, topic, LogWorld.BatchOf($"{number}")))
            .ToArray();
        var exceptions = new HashSet<Exception>(ReferenceEqualityComparer.Instance);
        foreach (var one in refused)
        {
            exceptions.Add(await Assert.ThrowsAsync<StorageUnavailableException>(() => _world.Finish(one)));
        }

        Assert.Equal(3, exceptions.Count);
    }

    [Fact]
    public async Task Storage_that_takes_nothing_makes_the_append_fail_as_not_happened()
    {
        var node = _world.StartNode();
        var topic = LogWorld.TopicOf();
        await _world.Append(node, topic, "a");
        _world.Segments.Interception.Before = call => call.Operation == StorageOperation.Append
            ? throw new StorageUnavailableException("down")
            : ValueTask.CompletedTask;

        await Assert.ThrowsAsync<StorageUnavailableException>(
            () => _world.Run(() => node.AppendAsync(topic, 0, LogWorld.BatchOf("b"), CancellationToken.None)));

        _world.Segments.Interception.Before = null;
        Assert.Equal(1, await _world.Append(node, topic, "c"));
        Assert.Equal(["a", "c"], await _world.ReadAll(node, topic));
    }

    [Fact]
    public async Task A_busy_log_spaces_its_appends_by_the_interval()
    {
        var node = _world.StartNode();
        var topic = LogWorld.TopicOf(1, ("append.interval.ms", "250"));
        await _world.Append(node, topic, "a");
        await _world.Append(node, topic, "b");
        var before = _world.Time.GetUtcNow();

        await _world.Append(node, topic, "c");

        Assert.InRange(_world.Time.GetUtcNow() - before, TimeSpan.FromMilliseconds(200), TimeSpan.FromMilliseconds(500));
    }

    [Fact]
    public async Task Log_append_time_replaces_the_timestamps_of_the_producer()
    {
        var node = _world.StartNode();
        var topic = LogWorld.TopicOf(1, ("message.timestamp.type", "LogAppendTime"));

        var outcome = await _world.Run(() => node.AppendAsync(topic, 0, LogWorld.BatchOf("a"), CancellationToken.None));

        var time = Assert.IsType<AppendOutcome.Appended>(outcome).LogAppendTime!.Value;
        Assert.InRange(time, new DateTimeOffset(2030, 1, 1, 12, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds(), long.MaxValue);
    }
}
