using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Queues;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Tests.Records;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.Queues;

/// <summary>Queues over partitions that a compaction has taken records out of.</summary>
public sealed class ReceiveGapsTests : IDisposable
{
    private static readonly Acknowledgement Accept = new Acknowledgement.Accept();

    private readonly QueueWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task Offsets_without_records_count_as_done_and_the_others_are_delivered_with_their_own()
    {
        var (node, topic) = await StartAsync();
        await AppendAsync(node, topic, GappedBatch.Of(9, (2, "c"), (5, "f")));
        await _world.Append(node, topic, "k");

        var first = await _world.Receive(node);
        var nothing = await _world.Receive(node);
        Assert.Equal([null, null], await _world.Say(node, Accept, first));
        var second = await _world.Receive(node);
        Assert.Equal([null], await _world.Say(node, Accept, second));

        Assert.Equal([(2, "c"), (5, "f")], first.Select(static one => (one.Record.Offset, one.Text())));
        Assert.Empty(nothing);
        Assert.Equal([(10, "k")], second.Select(static one => (one.Record.Offset, one.Text())));
        var described = await _world.Describe(node);
        Assert.Equal((11, 11, 0), (described.StartOffset, described.EndOffset, described.Backlog));
    }

    [Fact]
    public async Task A_gap_longer_than_what_may_be_in_flight_is_passed_by_the_receive_that_meets_it()
    {
        var (node, topic) = await StartAsync();
        await AppendAsync(node, topic, GappedBatch.Of(1_000_000, (0, "a")));
        await _world.Append(node, topic, "b");

        var first = await _world.Receive(node);
        await _world.Say(node, Accept, first);
        var second = await _world.Receive(node);

        Assert.Equal(["a"], first.Texts());
        Assert.Equal([(1_000_001, "b")], second.Select(static one => (one.Record.Offset, one.Text())));
    }

    [Fact]
    public async Task A_gap_at_the_end_of_the_log_holds_nobody_up()
    {
        var (node, topic) = await StartAsync();
        await AppendAsync(node, topic, GappedBatch.Of(9, (0, "a")));
        await _world.Say(node, Accept, await _world.Receive(node));

        Assert.Empty(await _world.Receive(node));
        await _world.Append(node, topic, "k");

        Assert.Equal(["k"], (await _world.Receive(node)).Texts());
    }

    [Fact]
    public void A_record_that_was_delivered_and_taken_out_before_it_came_again_is_passed_over()
    {
        var state = QueueWords.Fresh().Acquired(1, 0, 0, 1).Says(new Acknowledgement.Release(TimeSpan.Zero), 1, 0);

        var next = SharePartitionRules.PassOver(
            state, QueueWords.Settings, new PassedOffsets(0, 1, IsUnreadable: false));

        Assert.Equal(1, next.StartOffset);
    }

    private async Task<(QueueNode Node, Topic Topic)> StartAsync()
    {
        var node = _world.StartNode();
        var topic = await _world.CreateTopic(node);
        await _world.Put(node);
        return (node, topic);
    }

    private async Task AppendAsync(QueueNode node, Topic topic, RecordBatch batch) =>
        Assert.IsType<AppendOutcome.Appended>(
            await _world.Run(() => node.Log.AppendAsync(topic, 0, batch, CancellationToken.None)));
}
