using System.Text;
using Serverless.StorageEngine.Queues;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Simulation;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Tests.Queues;

public sealed class DeadLetterTests : IDisposable
{
    private static readonly Acknowledgement Accept = new Acknowledgement.Accept();
    private static readonly Acknowledgement Reject = new Acknowledgement.Reject();

    private readonly QueueWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task A_rejected_record_lands_in_the_dead_letter_topic_with_its_origin_and_cause()
    {
        var node = _world.StartNode();
        var topic = await _world.CreateTopic(node);
        await _world.Put(node, QueueWords.WithDeadLetters);
        var builder = new RecordBatchBuilder();
        builder.Append(5, "k"u8.ToArray(), "v"u8.ToArray(), [new RecordHeader("own", "1"u8.ToArray())]);
        await _world.Run(() => node.Log.AppendAsync(topic, 0, builder.Build(), CancellationToken.None));

        Assert.Equal([null], await _world.Say(node, Reject, await _world.Receive(node)));

        var letter = Assert.Single(await _world.ReadAll(node, "dead"));
        Assert.Equal((5, "k", "v"), (letter.Timestamp, Text(letter.Key), Text(letter.Value)));
        Assert.Equal(
            [
                "own=1", "__dlq.errors.topic=t", "__dlq.errors.partition=0", "__dlq.errors.offset=0",
                "__dlq.errors.group=g", "__dlq.errors.delivery.count=1", "__dlq.errors.message=Rejected by a receiver.",
            ],
            letter.Headers.Select(static header => $"{header.Name}={Text(header.Value)}"));
        var described = await _world.Describe(node);
        Assert.Equal((1, 0, 0), (described.StartOffset, described.Archiving, described.Backlog));
    }

    [Fact]
    public async Task A_record_that_is_delivered_too_often_lands_there_when_others_ask()
    {
        var node = _world.StartNode();
        var topic = await _world.CreateTopic(node);
        await _world.Put(node, QueueWords.WithDeadLetters);
        await _world.Append(node, topic, "poison");
        for (var delivery = 1; delivery <= 3; delivery++)
        {
            Assert.Equal(delivery, Assert.Single(await _world.Receive(node, max: 1)).DeliveryCount);
            _world.Pass(31);
        }

        Assert.Empty(await _world.Receive(_world.StartNode()));

        var letter = Assert.Single(await _world.ReadAll(node, "dead"));
        Assert.Equal("poison", Text(letter.Value));
        Assert.Contains(letter.Headers, static header => Text(header.Value) == "3");
    }

    [Fact]
    public async Task A_letter_of_a_record_without_a_key_gets_its_origin_as_one_where_the_topic_is_compacted()
    {
        var node = _world.StartNode();
        var topic = await _world.CreateTopic(node);
        await _world.Run(() => node.Topics.CreateAsync(
            QueueWords.Topic("dead"), 1, [new("cleanup.policy", "compact")], false, CancellationToken.None));
        await _world.Put(node, QueueWords.WithDeadLetters);
        await _world.Append(node, topic, "bad");

        Assert.Equal([null], await _world.Say(node, Reject, await _world.Receive(node)));

        var letter = Assert.Single(await _world.ReadAll(node, "dead"));
        Assert.Equal(("t-0-0", "bad"), (Text(letter.Key), Text(letter.Value)));
        Assert.Equal(0, (await _world.Describe(node)).Archiving);
    }

    [Fact]
    public async Task A_letter_whose_append_was_not_answered_is_there_once()
    {
        var node = _world.StartNode();
        var topic = await _world.CreateTopic(node);
        await _world.Put(node, QueueWords.WithDeadLetters);
        await _world.Append(node, topic, "a");
        var received = await _world.Receive(node);

        // The letter arrives, the row that says so does not, and the node ends.
        _world.Segments.Interception.After = call =>
        {
            if (call.Operation == StorageOperation.Append)
            {
                _world.Tables.Interception.Before = static call => call.Operation == StorageOperation.ExecuteTransaction
                    ? throw new StorageUnavailableException("Gone.")
                    : ValueTask.CompletedTask;
            }

            return ValueTask.CompletedTask;
        };
        Assert.Equal([null], await _world.Say(node, Reject, received));
        Assert.Equal(1, (await _world.Describe(node)).Archiving);
        _world.Segments.Interception.After = null;
        _world.Tables.Interception.Before = null;

        Assert.Empty(await _world.Receive(_world.StartNode()));

        // The first node knows of its own letter only.
        Assert.Single(await _world.ReadAll(_world.StartNode(), "dead"));
        Assert.Equal((0, 1), ((await _world.Describe(node)).Archiving, (await _world.Describe(node)).StartOffset));
    }

    [Fact]
    public async Task A_dead_letter_topic_that_cannot_be_written_holds_up_the_letter_and_no_request()
    {
        var node = _world.StartNode();
        var topic = await _world.CreateTopic(node);
        await _world.Put(node, QueueWords.WithDeadLetters);
        await _world.Append(node, topic, "bad", "good");
        var received = await _world.Receive(node, max: 1);
        _world.Segments.Interception.Before = static call => call.Operation is StorageOperation.Append
            ? throw new StorageUnavailableException("Full.")
            : ValueTask.CompletedTask;

        Assert.Equal([null], await _world.Say(node, Reject, received));
        var next = await _world.Receive(node);

        Assert.Equal(["good"], next.Texts());
        _world.Segments.Interception.Before = null;
        await _world.Receive(node);
        Assert.Equal(["bad"], (await _world.ReadAll(node, "dead")).Select(static letter => Text(letter.Value)));
        Assert.Equal([null], await _world.Say(node, Accept, next));
    }

    [Fact]
    public async Task A_dead_letter_topic_that_is_damaged_holds_up_the_letter_and_no_request()
    {
        var node = _world.StartNode();
        var topic = await _world.CreateTopic(node);
        await _world.Put(node, QueueWords.WithDeadLetters);
        await _world.Append(node, topic, "bad", "good");
        var received = await _world.Receive(node, max: 1);
        _world.Segments.Interception.Before = static call => call.Operation is StorageOperation.Append
            ? throw new CorruptDataException("Damaged.")
            : ValueTask.CompletedTask;

        Assert.Equal([null], await _world.Say(node, Reject, received));
        var next = await _world.Receive(node);

        Assert.Equal(["good"], next.Texts());
        Assert.Equal(1, (await _world.Describe(node)).Archiving);
        Assert.Equal([null], await _world.Say(node, Accept, next));
    }

    [Fact]
    public async Task A_record_whose_log_is_damaged_leaves_its_origin_and_cause()
    {
        var node = _world.StartNode();
        var topic = await _world.CreateTopic(node);
        await _world.Put(node, QueueWords.WithDeadLetters);
        await _world.Append(node, topic, "bad", "good");
        var segment = await FirstSegment();
        var received = await _world.Receive(node);
        _world.Segments.Interception.Before = static call => call.Operation is StorageOperation.Append
            ? throw new StorageUnavailableException("Full.")
            : ValueTask.CompletedTask;
        await _world.Say(node, Reject, received[0]);
        _world.Segments.Interception.Before = call =>
            call.Operation is StorageOperation.ReadSegment && call.Target == segment
                ? throw new CorruptDataException("Damaged.")
                : ValueTask.CompletedTask;

        // The first node has read the record already, and keeps it.
        Assert.Equal([null], await _world.Say(_world.StartNode(), Accept, received[1]));

        _world.Segments.Interception.Before = null;
        var letter = Assert.Single(await _world.ReadAll(_world.StartNode(), "dead"));
        Assert.Null(letter.Value);
        Assert.Equal(6, letter.Headers.Count);
        Assert.Equal(0, (await _world.Describe(node)).Archiving);
    }

    [Fact]
    public async Task A_record_that_a_queue_rejects_in_two_lives_leaves_two_letters()
    {
        var node = _world.StartNode();
        var topic = await _world.CreateTopic(node);
        await _world.Append(node, topic, "bad");
        for (var life = 0; life < 2; life++)
        {
            await _world.Put(node, QueueWords.WithDeadLetters);
            Assert.Equal([null], await _world.Say(node, Reject, await _world.Receive(node)));
            await _world.Run(() => node.Queues.DeleteAsync(_world.Queue, CancellationToken.None));
        }

        Assert.Equal(2, (await _world.ReadAll(node, "dead")).Count);
    }

    [Fact]
    public async Task A_dead_letter_topic_that_was_deleted_is_created_again()
    {
        var node = _world.StartNode();
        var topic = await _world.CreateTopic(node);
        await _world.Put(node, QueueWords.WithDeadLetters);
        await _world.Append(node, topic, "a");
        await _world.Run(() => node.Topics.DeleteAsync(QueueWords.Topic("dead"), CancellationToken.None));

        await _world.Say(node, Reject, await _world.Receive(node));

        Assert.Single(await _world.ReadAll(node, "dead"));
    }

    [Fact]
    public async Task A_record_that_is_too_large_for_the_topic_leaves_its_origin_and_cause()
    {
        var node = _world.StartNode();
        var topic = await _world.CreateTopic(node);
        await _world.Run(() => node.Topics.CreateAsync(
            QueueWords.Topic("dead"),
            1,
            [KeyValuePair.Create("max.message.bytes", (string?)"500")],
            validateOnly: false,
            CancellationToken.None));
        await _world.Put(node, QueueWords.WithDeadLetters);
        await _world.Append(node, topic, new string('x', 400));

        await _world.Say(node, Reject, await _world.Receive(node));

        var letter = Assert.Single(await _world.ReadAll(node, "dead"));
        Assert.Null(letter.Value);
        Assert.Equal(6, letter.Headers.Count);
    }

    [Fact]
    public async Task A_batch_that_nobody_can_read_is_passed_over_and_leaves_a_letter_for_each_record()
    {
        var node = _world.StartNode();
        var topic = await _world.CreateTopic(node);
        await _world.Put(node, QueueWords.WithDeadLetters);
        await _world.Run(() => node.Log.AppendAsync(topic, 0, Unreadable(2), CancellationToken.None));
        await _world.Append(node, topic, "good");

        var received = await _world.Receive(node);

        Assert.Equal(["good"], received.Texts());
        var letters = await _world.ReadAll(node, "dead");
        Assert.Equal(2, letters.Count);
        Assert.All(letters, static letter => Assert.Contains(
            letter.Headers, static header => Text(header.Value) == "The batch that holds the record cannot be read."));
    }

    private async Task<string> FirstSegment()
    {
        await foreach (var segment in _world.Segments.ListAsync("", TestContext.Current.CancellationToken))
        {
            return segment.Value;
        }

        throw new InvalidOperationException("There is no segment.");
    }

    // A batch whose header says gzip, and whose records are none.
    private static RecordBatch Unreadable(int count)
    {
        var builder = new RecordBatchBuilder();
        for (var record = 0; record < count; record++)
        {
            builder.Append(1, null, "x"u8.ToArray(), []);
        }

        return builder.Build(CompressionType.Gzip, new NoCompression());
    }

    private static string Text(ReadOnlyMemory<byte>? bytes) => Encoding.UTF8.GetString(bytes!.Value.Span);

    private sealed class NoCompression : ICompression
    {
        public ReadOnlyMemory<byte> Decompress(CompressionType type, ReadOnlyMemory<byte> compressed, int lengthMax) =>
            compressed;

        public ReadOnlyMemory<byte> Compress(CompressionType type, ReadOnlySpan<byte> records) => records.ToArray();
    }
}
