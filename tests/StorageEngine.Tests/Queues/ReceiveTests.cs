using Serverless.StorageEngine.Compression;
using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Queues;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Simulation;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Tests.Queues;

public sealed class ReceiveTests : IDisposable
{
    private static readonly Acknowledgement Accept = new Acknowledgement.Accept();
    private static readonly Acknowledgement Release = new Acknowledgement.Release(TimeSpan.Zero);

    private readonly QueueWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task What_one_node_acquired_another_does_not_get_and_a_third_acknowledges()
    {
        var (one, two, three) = (_world.StartNode(), _world.StartNode(), _world.StartNode());
        var topic = await _world.CreateTopic(one);
        await _world.Put(one);
        await _world.Append(one, topic, "a", "b", "c");

        var first = await _world.Receive(one, max: 2);
        var second = await _world.Receive(two);
        var third = await _world.Receive(three);

        Assert.Equal(["a", "b"], first.Texts());
        Assert.Equal(["c"], second.Texts());
        Assert.Empty(third);
        Assert.Equal([null, null, null], await _world.Say(three, Accept, first.Concat(second)));
        var described = await _world.Describe(two);
        Assert.Equal((3, 3, 0, 0), (described.StartOffset, described.EndOffset, described.Acquired, described.Backlog));
    }

    [Fact]
    public async Task A_receiver_that_crashes_gives_its_records_back_when_its_lock_ends()
    {
        var node = _world.StartNode();
        var topic = await _world.CreateTopic(node);
        await _world.Put(node);
        await _world.Append(node, topic, "a");
        var lost = await _world.Receive(node);

        _world.Pass(29);
        var early = await _world.Receive(node);
        _world.Pass(2);
        var late = Assert.Single(await _world.Receive(node));

        Assert.Empty(early);
        Assert.Equal(("a", 2), (late.Text(), late.DeliveryCount));
        Assert.Equal([TokenFailure.InvalidRecordState], await _world.Say(node, Accept, lost));
        Assert.Equal([null], await _world.Say(node, Accept, late));
    }

    [Fact]
    public async Task A_node_that_has_just_started_sees_that_a_lock_has_ended_long_ago()
    {
        var node = _world.StartNode();
        var topic = await _world.CreateTopic(node);
        await _world.Put(node);
        await _world.Append(node, topic, "a");
        await _world.Receive(node);

        _world.Pass(3_600);

        Assert.Equal(["a"], (await _world.Receive(_world.StartNode())).Texts());
    }

    [Fact]
    public async Task A_node_whose_clock_is_ahead_ends_no_lock()
    {
        var (node, fast) = (_world.StartNode(), _world.StartNode(TimeSpan.FromHours(1)));
        var topic = await _world.CreateTopic(node);
        await _world.Put(node);
        await _world.Append(node, topic, "a");
        var held = await _world.Receive(node);

        Assert.Empty(await _world.Receive(fast, waitSeconds: 20));
        Assert.Equal([null], await _world.Say(node, Accept, held));
    }

    [Fact]
    public async Task Who_waits_gets_what_is_appended_meanwhile()
    {
        var (node, other) = (_world.StartNode(), _world.StartNode());
        var topic = await _world.CreateTopic(node);
        await _world.Put(node);
        var waiting = _world.Start(() => node.Queues.ReceiveAsync(
            _world.Queue, new ReceiveRequest(10, 1_000, TimeSpan.FromSeconds(60), null), CancellationToken.None));

        await _world.Append(other, topic, "a");

        var received = Assert.IsType<ReceiveOutcome.Received>(await _world.Finish(waiting));
        Assert.Equal(["a"], received.Records.Texts());
    }

    [Theory]
    [InlineData(20)]
    [InlineData(0)]
    public async Task Who_waits_gets_what_is_released_or_runs_out_meanwhile(int lockSeconds)
    {
        var (node, other) = (_world.StartNode(), _world.StartNode());
        var topic = await _world.CreateTopic(node);
        var duration = TimeSpan.FromSeconds(Math.Max(1, lockSeconds));
        await _world.Put(node, QueueWords.Settings with { LockDuration = duration });
        await _world.Append(node, topic, "a");
        var held = await _world.Receive(node);
        var waiting = _world.Start(() => node.Queues.ReceiveAsync(
            _world.Queue, new ReceiveRequest(10, 1_000, TimeSpan.FromSeconds(10), null), CancellationToken.None));

        if (lockSeconds > 0)
        {
            await _world.Say(other, Release, held);
        }

        var received = Assert.IsType<ReceiveOutcome.Received>(await _world.Finish(waiting));
        Assert.Equal(["a"], received.Records.Texts());
    }

    [Fact]
    public async Task No_more_is_delivered_than_may_be_in_flight()
    {
        var node = _world.StartNode();
        var topic = await _world.CreateTopic(node);
        await _world.Put(node, QueueWords.Settings with { InFlightMax = 2 });
        await _world.Append(node, topic, "a", "b", "c");

        var received = await _world.Receive(node);
        var full = await _world.Receive(node);
        await _world.Say(node, Accept, received[0]);
        var next = await _world.Receive(node);

        Assert.Equal(["a", "b"], received.Texts());
        Assert.Empty(full);
        Assert.Equal(["c"], next.Texts());
    }

    [Fact]
    public async Task A_receive_stops_before_its_bytes_are_exceeded_and_gives_one_record_in_any_case()
    {
        var node = _world.StartNode();
        var topic = await _world.CreateTopic(node);
        await _world.Put(node);
        await _world.Append(node, topic, "aaaa", "bb", "cc", "d");

        Assert.Equal(["aaaa"], (await _world.Receive(node, bytesMax: 3)).Texts());
        Assert.Equal(["bb", "cc"], (await _world.Receive(node, bytesMax: 4)).Texts());
    }

    [Fact]
    public async Task All_partitions_are_received_from_and_acknowledged_in_one_request()
    {
        var node = _world.StartNode();
        var topic = await _world.CreateTopic(node, partitions: 40);
        await _world.Put(node);
        for (var partition = 0; partition < 40; partition += 3)
        {
            await _world.Append(node, topic, partition, $"{partition}");
        }

        var received = await _world.Receive(node, max: 100);

        Assert.Equal(
            Enumerable.Range(0, 40).Where(static one => one % 3 == 0),
            received.Select(static one => int.Parse(one.Text(), null)).Order());
        Assert.All(await _world.Say(node, Accept, received), static failure => Assert.Null(failure));
        Assert.Empty(await _world.Receive(_world.StartNode(), max: 100));
    }

    [Fact]
    public async Task Who_has_acquired_records_gets_them_also_when_storage_fails_behind_them()
    {
        var node = _world.StartNode();
        var topic = await _world.CreateTopic(node, partitions: 3);
        await _world.Put(node);
        for (var partition = 0; partition < 3; partition++)
        {
            await _world.Append(node, topic, partition, "a");
        }

        var writes = 0;
        _world.Tables.Interception.Before = call =>
            call.Operation == StorageOperation.ExecuteTransaction && ++writes == 2
                ? throw new StorageUnavailableException("No.")
                : ValueTask.CompletedTask;

        var received = await _world.Receive(node);

        Assert.Single(received);
        Assert.Equal([null], await _world.Say(node, Accept, received));
        Assert.Equal(2, (await _world.Receive(node)).Count);
    }

    [Fact]
    public async Task Records_that_there_is_no_memory_to_restore_are_not_acquired()
    {
        var node = _world.StartNode();
        var topic = await _world.CreateTopic(node);
        await _world.Put(node);
        var builder = new RecordBatchBuilder();
        builder.Append(1, null, new byte[10_000], []);
        var batch = builder.Build(CompressionType.Gzip, new Codecs());
        await _world.Run(() => node.Log.AppendAsync(topic, 0, batch, CancellationToken.None));
        var budget = new ByteBudget(40_000);
        using var others = new ByteShare(budget);
        using var mine = new ByteShare(budget);
        var request = new ReceiveRequest(10, 1_000_000, TimeSpan.Zero, null) { Memory = mine };

        Assert.True(others.TryTake(40_000));
        var refused = await _world.Run(
            () => node.Queues.ReceiveAsync(_world.Queue, request, CancellationToken.None));
        others.Return(40_000);
        var served = await _world.Run(() => node.Queues.ReceiveAsync(_world.Queue, request, CancellationToken.None));

        Assert.IsType<ReceiveOutcome.NoRoom>(refused);
        var received = Assert.IsType<ReceiveOutcome.Received>(served);
        Assert.Equal(1, Assert.Single(received.Records).DeliveryCount);

        // What was restored is not held any more: the records are copies.
        Assert.True(others.TryTake(40_000));
    }

    [Fact]
    public async Task A_receive_whose_write_was_not_answered_gets_what_it_acquired()
    {
        var node = _world.StartNode();
        var topic = await _world.CreateTopic(node);
        await _world.Put(node);
        await _world.Append(node, topic, "a", "b");
        _world.LoseNextAnswer();

        var received = Assert.Single(await _world.Receive(node, max: 1));

        Assert.Equal(("a", 1), (received.Text(), received.DeliveryCount));
        Assert.Equal([null], await _world.Say(node, Accept, received));
    }

    [Fact]
    public async Task An_acknowledgement_whose_write_was_not_answered_is_one()
    {
        var node = _world.StartNode();
        var topic = await _world.CreateTopic(node);
        await _world.Put(node);
        await _world.Append(node, topic, "a");
        var received = await _world.Receive(node);
        _world.LoseNextAnswer();

        Assert.Equal([null], await _world.Say(node, Accept, received));
        Assert.Equal([TokenFailure.InvalidRecordState], await _world.Say(node, Accept, received));
    }

    [Fact]
    public async Task When_storage_fails_for_all_tokens_the_request_has_failed()
    {
        var node = _world.StartNode();
        var topic = await _world.CreateTopic(node);
        await _world.Put(node);
        await _world.Append(node, topic, "a");
        var received = await _world.Receive(node);
        _world.Tables.Interception.Before = static call => call.Operation == StorageOperation.ExecuteTransaction
            ? throw new StorageUnavailableException("No.")
            : ValueTask.CompletedTask;

        await Assert.ThrowsAsync<StorageUnavailableException>(() => _world.Say(node, Accept, received));

        _world.Tables.Interception.Before = null;
        Assert.Equal([null], await _world.Say(node, Accept, received));
    }

    [Fact]
    public async Task A_token_that_is_none_fails_alone()
    {
        var node = _world.StartNode();
        var topic = await _world.CreateTopic(node);
        await _world.Put(node);
        await _world.Append(node, topic, "a");
        var token = Assert.Single(await _world.Receive(node)).LockToken;

        var outcomes = await _world.SayTokens(node, Accept, "x", token);

        Assert.Equal([new("x", TokenFailure.InvalidToken), new(token, null)], outcomes);
    }

    [Fact]
    public async Task A_receiver_s_name_is_shown_while_it_holds_records()
    {
        var node = _world.StartNode();
        var topic = await _world.CreateTopic(node);
        await _world.Put(node);
        await _world.Append(node, topic, "a", "b", "c");
        await _world.Run(() => node.Queues.ReceiveAsync(
            _world.Queue, new ReceiveRequest(2, 1_000, TimeSpan.Zero, "worker-1"), CancellationToken.None));
        await _world.Receive(node);

        var described = await _world.Describe(_world.StartNode());

        Assert.Equal([KeyValuePair.Create("", 1), KeyValuePair.Create("worker-1", 2)], described.Receivers);
        Assert.Equal((3, 3), (described.Acquired, described.Backlog));
    }

    [Fact]
    public async Task A_topic_that_is_not_there_has_no_queues()
    {
        var node = _world.StartNode();

        Assert.IsType<QueueChange.TopicNotFound>(await _world.Put(node));
        Assert.IsType<ReceiveOutcome.TopicNotFound>(await _world.Run(() => node.Queues.ReceiveAsync(
            _world.Queue, new ReceiveRequest(1, 1, TimeSpan.Zero, null), CancellationToken.None)));
        Assert.IsType<AcknowledgeOutcome.TopicNotFound>(await _world.Run(() => node.Queues.AcknowledgeAsync(
            _world.Queue, ["x"], Accept, memory: null, CancellationToken.None)));
        Assert.Null(await _world.Run(() => node.Queues.DescribeAsync(_world.Queue, CancellationToken.None)));
    }

    [Fact]
    public async Task A_queue_that_nobody_created_begins_with_its_first_receive_behind_the_last_record()
    {
        var node = _world.StartNode();
        var topic = await _world.CreateTopic(node);
        await _world.Append(node, topic, "old");

        Assert.Empty(await _world.Receive(node));
        await _world.Append(node, topic, "new");

        Assert.Equal(["new"], (await _world.Receive(node)).Texts());
        var described = await _world.Run(() => node.Queues.DescribeAsync(_world.Queue, CancellationToken.None));
        Assert.Equal(AutoOffsetReset.Latest, described!.Queue.Settings.AutoOffsetReset);
    }
}
