using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Queues;
using Serverless.StorageEngine.Simulation;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Tests.Queues;

/// <summary>Queues that are created, changed and deleted, and topics that go and come back under them.</summary>
public sealed class QueueLifeTests : IDisposable
{
    private static readonly Acknowledgement Accept = new Acknowledgement.Accept();
    private static readonly QueueSettings FromNow = QueueWords.Settings with
    {
        AutoOffsetReset = AutoOffsetReset.Latest,
    };

    private readonly QueueWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task A_queue_from_now_on_gets_everything_behind_its_creation_whenever_it_is_asked_first()
    {
        var (node, other) = (_world.StartNode(), _world.StartNode());
        var topic = await _world.CreateTopic(node, partitions: 2);
        await _world.Append(node, topic, 1, "before");

        await _world.Put(node, FromNow);
        await _world.Append(node, topic, 0, "a");
        await _world.Append(node, topic, 1, "b");

        Assert.Equal(["a", "b"], (await _world.Receive(other)).Texts().Order());
    }

    [Fact]
    public async Task A_partition_that_is_added_is_consumed_from_its_first_record()
    {
        var node = _world.StartNode();
        await _world.CreateTopic(node);
        await _world.Put(node, FromNow);
        await _world.Run(() => node.Topics.AddPartitionsAsync(
            QueueWords.Topic("t"), 2, validateOnly: false, CancellationToken.None));
        var topic = await _world.Run(() => node.Topics.FindAsync(QueueWords.Topic("t"), CancellationToken.None));
        await _world.Append(node, topic!, 1, "a");

        Assert.Equal(["a"], (await _world.Receive(node)).Texts());
    }

    [Fact]
    public async Task Settings_change_and_what_is_in_flight_stays()
    {
        var (node, other) = (_world.StartNode(), _world.StartNode());
        var topic = await _world.CreateTopic(node);
        var created = await _world.Put(node);
        await _world.Append(node, topic, "a", "b");
        var held = await _world.Receive(node, max: 1);

        var changed = await _world.Put(other, QueueWords.Settings with { InFlightMax = 1 });

        Assert.True(Assert.IsType<QueueChange.Stored>(created).Created);
        Assert.False(Assert.IsType<QueueChange.Stored>(changed).Created);
        _world.Pass(2);
        Assert.Empty(await _world.Receive(node));
        Assert.Equal([null], await _world.Say(node, Accept, held));
        Assert.Equal(["b"], (await _world.Receive(node)).Texts());
    }

    [Fact]
    public async Task A_creation_whose_answer_was_lost_is_one()
    {
        var node = _world.StartNode();
        await _world.CreateTopic(node);
        _world.LoseNextAnswer();

        Assert.True(Assert.IsType<QueueChange.Stored>(await _world.Put(node)).Created);
        Assert.False(Assert.IsType<QueueChange.Stored>(await _world.Put(node)).Created);
    }

    [Fact]
    public async Task A_queue_that_is_deleted_and_created_again_begins_anew_on_every_node()
    {
        var (node, other) = (_world.StartNode(), _world.StartNode());
        var topic = await _world.CreateTopic(node);
        await _world.Put(node);
        await _world.Append(node, topic, "a", "b");
        var held = await _world.Receive(other);

        Assert.True(await DeleteAsync(node));
        await _world.Put(node);

        // The other node still remembers the queue as it was, and finds that it is over.
        Assert.Equal(["a", "b"], (await _world.Receive(other)).Texts());
        Assert.Empty(await _world.Receive(node));
        Assert.All(await _world.Say(other, Accept, held), IsOver);
    }

    [Fact]
    public async Task What_a_deletion_could_not_remove_counts_for_nothing_in_the_next_life()
    {
        var node = _world.StartNode();
        var topic = await _world.CreateTopic(node);
        await _world.Put(node);
        await _world.Append(node, topic, "a", "b");
        var held = await _world.Receive(node);
        _world.Tables.Interception.Before = call =>
            call.Operation == StorageOperation.ExecuteTransaction && call.Target == QueueKeys.PartitionOf(_world.Queue)
                ? throw new StorageUnavailableException("No.")
                : ValueTask.CompletedTask;

        Assert.True(await DeleteAsync(node));
        _world.Tables.Interception.Before = null;
        await _world.Put(node);

        Assert.Equal(["a", "b"], (await _world.Receive(node)).Texts());
        Assert.All(await _world.Say(node, Accept, held), IsOver);
    }

    [Fact]
    public async Task A_node_that_missed_the_new_life_of_a_queue_does_not_write_over_it()
    {
        var (node, other) = (_world.StartNode(), _world.StartNode());
        var topic = await _world.CreateTopic(node);
        await _world.Put(node);
        await _world.Append(node, topic, "a");
        Assert.Single(await _world.Receive(other));
        await DeleteAsync(node);
        await _world.Put(node);
        var held = await _world.Receive(node);

        Assert.Empty(await _world.Receive(other));

        Assert.Equal([null], await _world.Say(other, Accept, held));
    }

    [Fact]
    public async Task A_node_that_missed_the_deletion_of_a_queue_delivers_nothing_of_it_again()
    {
        var (node, other) = (_world.StartNode(), _world.StartNode());
        var topic = await _world.CreateTopic(node);
        await _world.Put(node);
        await _world.Append(node, topic, "a", "b");
        await _world.Say(other, Accept, await _world.Receive(other));
        await DeleteAsync(node);

        Assert.Empty(await _world.Receive(other));

        // It begins anew there, as each queue that nobody created: behind the last record.
        var described = await _world.Run(() => other.Queues.DescribeAsync(_world.Queue, CancellationToken.None));
        Assert.Equal(AutoOffsetReset.Latest, described!.Queue.Settings.AutoOffsetReset);
    }

    [Fact]
    public async Task A_deleted_queue_is_gone_and_its_rows_with_it()
    {
        var node = _world.StartNode();
        var topic = await _world.CreateTopic(node, partitions: 3);
        await _world.Put(node);
        await _world.Append(node, topic, "a");
        var held = await _world.Receive(node);

        Assert.True(await DeleteAsync(node));

        Assert.False(await DeleteAsync(node));
        Assert.Null(await _world.Run(() => node.Queues.DescribeAsync(_world.Queue, CancellationToken.None)));
        Assert.IsType<AcknowledgeOutcome.QueueNotFound>(await _world.Run(() => node.Queues.AcknowledgeAsync(
            _world.Queue, [held[0].LockToken], Accept, memory: null, CancellationToken.None)));
        var rows = await _world.Run(() => _world.Tables.QueryAsync(
            QueueKeys.PartitionOf(_world.Queue), RowRange.All, 10, CancellationToken.None));
        Assert.Empty(rows.Rows);
    }

    [Fact]
    public async Task A_deletion_whose_answer_was_lost_is_one()
    {
        var node = _world.StartNode();
        await _world.CreateTopic(node);
        await _world.Put(node);
        _world.LoseNextAnswer();

        Assert.True(await DeleteAsync(node));
        Assert.False(await DeleteAsync(node));
    }

    [Fact]
    public async Task A_creation_that_arrives_again_after_the_deletion_brings_nothing_back()
    {
        var node = _world.StartNode();
        await _world.CreateTopic(node);
        await _world.Put(node);
        var page = await _world.Run(() => _world.Tables.QueryAsync(
            QueueKeys.PartitionOf(QueueWords.Topic("t")), RowRange.All, 10, CancellationToken.None));
        IReadOnlyList<RowChange> creation = [new RowChange.Insert(page.Rows[0].Key, page.Rows[0].Value)];
        await DeleteAsync(node);

        await _world.Run(() => _world.Tables.ExecuteAsync(
            QueueKeys.PartitionOf(QueueWords.Topic("t")), creation, CancellationToken.None));

        Assert.Null(await _world.Run(() => node.Queues.DescribeAsync(_world.Queue, CancellationToken.None)));
    }

    [Fact]
    public async Task A_creation_in_doubt_whose_queue_was_deleted_meanwhile_has_happened_and_creates_no_other()
    {
        var (node, other) = (_world.StartNode(), _world.StartNode());
        await _world.CreateTopic(node);
        _world.Tables.Interception.After = async call =>
        {
            if (call.Operation == StorageOperation.ExecuteTransaction)
            {
                _world.Tables.Interception.After = null;
                await other.Queues.DeleteAsync(_world.Queue, CancellationToken.None);
                throw new StorageOutcomeUnknownException("The answer was lost.");
            }
        };

        Assert.True(Assert.IsType<QueueChange.Stored>(await _world.Put(node)).Created);

        Assert.Null(await _world.Run(() => other.Queues.DescribeAsync(_world.Queue, CancellationToken.None)));
    }

    [Fact]
    public async Task A_topic_that_is_created_again_is_consumed_from_its_first_record_with_the_same_settings()
    {
        var (node, other) = (_world.StartNode(), _world.StartNode());
        var topic = await _world.CreateTopic(node);
        await _world.Put(node, FromNow);
        await _world.Append(node, topic, "a", "b", "c");
        var held = await _world.Receive(other);

        await _world.Run(() => node.Topics.DeleteAsync(QueueWords.Topic("t"), CancellationToken.None));
        var again = await _world.CreateTopic(node);
        await _world.Append(node, again, "new");

        // The other node still remembers the topic as it was.
        Assert.Equal(["new"], (await _world.Receive(node)).Texts());
        Assert.Empty(await _world.Receive(other));
        Assert.All(await _world.Say(other, Accept, held), IsOver);
        var described = await _world.Run(() => other.Queues.DescribeAsync(_world.Queue, CancellationToken.None));
        Assert.Equal(FromNow, described!.Queue.Settings);
    }

    [Fact]
    public async Task The_queues_of_a_topic_are_listed_by_name_and_others_are_not()
    {
        var node = _world.StartNode();
        await _world.CreateTopic(node);
        await _world.CreateTopic(node, "u");
        foreach (var (group, topic) in new[] { ("b", "t"), ("a/\u00e9 b", "t"), ("c", "u"), ("gone", "t") })
        {
            await _world.Run(() => node.Queues.PutAsync(
                QueueWords.Queue(group, topic), QueueWords.Settings, CancellationToken.None));
        }

        await _world.Run(() => node.Queues.DeleteAsync(QueueWords.Queue("gone"), CancellationToken.None));

        var listed = new List<string>();
        await _world.Run(async () =>
        {
            await foreach (var queue in node.Queues.ListAsync(QueueWords.Topic("t"), CancellationToken.None))
            {
                listed.Add(queue.Id.Group.Value);
            }

            return true;
        });

        Assert.Equal(["a/\u00e9 b", "b"], listed);
    }

    [Fact]
    public async Task Settings_out_of_range_are_refused_with_the_range()
    {
        var node = _world.StartNode();
        await _world.CreateTopic(node);

        await RefusedAsync(QueueWords.Settings with { LockDuration = TimeSpan.FromSeconds(0.9) }, "1000 to 3600000");
        await RefusedAsync(QueueWords.Settings with { LockDuration = TimeSpan.FromHours(2) }, "1000 to 3600000");
        await RefusedAsync(QueueWords.Settings with { DeliveryLimit = 0 }, "1 to 100");
        await RefusedAsync(QueueWords.Settings with { DeliveryLimit = 101 }, "1 to 100");
        await RefusedAsync(QueueWords.Settings with { InFlightMax = 0 }, "1 to 2000");
        await RefusedAsync(QueueWords.Settings with { InFlightMax = 2_001 }, "1 to 2000");
        await RefusedAsync(QueueWords.Settings with { AutoOffsetReset = AutoOffsetReset.None }, "latest");
        await RefusedAsync(QueueWords.Settings with { DeadLetterTopic = QueueWords.Topic("t") }, "another topic");

        async Task RefusedAsync(QueueSettings settings, string range)
        {
            var refused = Assert.IsType<QueueChange.Refused>(await _world.Put(node, settings));
            Assert.Contains(range, refused.Detail, StringComparison.Ordinal);
        }
    }

    private static void IsOver(TokenFailure? failure) => Assert.Equal(TokenFailure.InvalidRecordState, failure);

    private Task<bool> DeleteAsync(QueueNode node) =>
        _world.Run(() => node.Queues.DeleteAsync(_world.Queue, CancellationToken.None));
}
