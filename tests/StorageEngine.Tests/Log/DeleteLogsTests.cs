using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Simulation;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.Log;

public sealed class DeleteLogsTests : IDisposable
{
    private readonly LogWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task A_node_with_an_old_catalog_cannot_append_to_a_deleted_topic()
    {
        var (stale, other, topic) = (_world.StartNode(), _world.StartNode(), LogWorld.TopicOf(partitions: 2));
        await _world.Append(stale, topic, "a");
        await Delete(other);

        var written = await Append(stale, topic, partition: 0);
        var neverWritten = await Append(stale, topic, partition: 1);

        Assert.IsType<AppendOutcome.UnknownTopicOrPartition>(written);
        Assert.IsType<AppendOutcome.UnknownTopicOrPartition>(neverWritten);
        Assert.Equal(0, await SegmentCount());
    }

    [Fact]
    public async Task The_node_that_ended_a_log_cannot_append_behind_its_end()
    {
        var (node, topic) = (_world.StartNode(), LogWorld.TopicOf(partitions: 2));
        await _world.Append(node, topic, "a");
        _world.Segments.Interception.Before = call => call.Operation == StorageOperation.ListSegments
            ? throw new StorageUnavailableException("killed before the bytes are deleted")
            : ValueTask.CompletedTask;
        await Assert.ThrowsAsync<StorageUnavailableException>(() => Delete(node));

        var outcome = await Append(node, topic, partition: 0);

        Assert.IsType<AppendOutcome.UnknownTopicOrPartition>(outcome);
    }

    [Fact]
    public async Task A_deletion_that_storage_does_not_take_gives_up_after_one_try()
    {
        var (node, topic) = (_world.StartNode(), LogWorld.TopicOf(partitions: 2));
        await _world.Append(node, topic, "a");
        _world.Segments.Interception.Before = static call => call.Operation == StorageOperation.Append
            ? throw new StorageUnavailableException("down")
            : ValueTask.CompletedTask;
        var began = _world.Time.GetUtcNow();

        await Assert.ThrowsAsync<StorageUnavailableException>(() => Delete(node));

        Assert.True(_world.Time.GetUtcNow() - began < TimeSpan.FromSeconds(12));
    }

    [Fact]
    public async Task A_log_whose_segment_takes_no_more_blocks_can_be_deleted()
    {
        using var world = new LogWorld { Segments = new SimulatedSegmentStore { BlocksMax = 3 } };
        var (node, topic) = (world.StartNode(), LogWorld.TopicOf(partitions: 2));
        for (var number = 0; number < 3; number++)
        {
            await world.Append(node, topic, $"{number}");
        }

        await Assert.ThrowsAsync<StorageUnavailableException>(() => world.Append(node, topic, "x"));

        await world.Run(async () =>
        {
            await node.DeleteLogsAsync(topic.Id, topic.PartitionCount, CancellationToken.None);
            return true;
        });

        // The one with records, and the successor that the refused append had created.
        Assert.Equal(2, world.Segments.Operations.Count(StorageOperation.DeleteSegment));
    }

    [Fact]
    public async Task A_reader_of_a_deleted_topic_is_told_so()
    {
        var (reader, other, topic) = (_world.StartNode(), _world.StartNode(), LogWorld.TopicOf(partitions: 2));
        await _world.Append(reader, topic, "a");
        await Delete(other);

        var atEnd = await _world.Run(() => reader.FetchAsync(topic, 0, 1, 1_000, CancellationToken.None));
        var fresh = await _world.Run(() => _world.StartNode().FetchAsync(topic, 0, 0, 1_000, CancellationToken.None));

        Assert.IsType<FetchOutcome.UnknownTopicOrPartition>(atEnd);
        Assert.IsType<FetchOutcome.UnknownTopicOrPartition>(fresh);
    }

    [Fact]
    public async Task A_wait_on_a_deleted_topic_ends()
    {
        var (reader, other, topic) = (_world.StartNode(), _world.StartNode(), LogWorld.TopicOf(partitions: 2));
        await _world.Append(reader, topic, "a");
        var waiting = _world.Start(() => reader.WaitAsync(
            topic, [new PartitionPosition(0, 1)], TimeSpan.FromMinutes(5), CancellationToken.None));

        await Delete(other);

        Assert.True(await _world.Finish(waiting));
    }

    [Fact]
    public async Task A_wait_on_a_partition_that_was_never_written_ends_when_its_topic_is_deleted()
    {
        var (reader, other, topic) = (_world.StartNode(), _world.StartNode(), LogWorld.TopicOf(partitions: 2));
        var waiting = _world.Start(() => reader.WaitAsync(
            topic, [new PartitionPosition(1, 0)], TimeSpan.FromMinutes(5), CancellationToken.None));

        await Delete(other);

        Assert.True(await _world.Finish(waiting));
    }

    [Fact]
    public async Task Nothing_is_left_of_a_deleted_log_but_the_row_that_keeps_others_from_starting_it_anew()
    {
        var (node, topic) = (_world.StartNode(), LogWorld.TopicOf(2, ("segment.bytes", "16384")));
        for (var i = 0; i < 40; i++)
        {
            await _world.Append(node, topic, new string('x', 1_000));
        }

        await Delete(_world.StartNode());

        var partition = $"log|{LogId.Of(topic.Id, 0)}";
        var page = await _world.Tables.QueryAsync(
            partition, RowRange.All, rowsMax: 100, TestContext.Current.CancellationToken);
        Assert.Equal([$"head|{LogId.Of(topic.Id, 0)}"], page.Rows.Select(row => row.Key));
    }

    [Fact]
    public async Task A_deletion_that_was_cut_off_is_completed_by_the_next_one()
    {
        var (node, topic) = (_world.StartNode(), LogWorld.TopicOf(partitions: 2));
        await _world.Append(node, topic, "a");
        _world.Segments.Interception.Before = call => call.Operation == StorageOperation.DeleteSegment
            ? throw new StorageUnavailableException("killed")
            : ValueTask.CompletedTask;
        await Assert.ThrowsAsync<StorageUnavailableException>(() => Delete(node));
        _world.Segments.Interception.Before = null;

        await Delete(_world.StartNode());

        Assert.Equal(0, await SegmentCount());
    }

    [Fact]
    public async Task An_append_in_flight_is_either_stored_before_the_end_or_refused()
    {
        var (node, topic) = (_world.StartNode(), LogWorld.TopicOf(partitions: 2));
        await _world.Append(node, topic, "a");

        var appends = Enumerable.Range(0, 20).Select(
            i => _world.Start(() => node.AppendAsync(topic, 0, LogWorld.BatchOf($"{i}"), CancellationToken.None)))
            .ToArray();
        await Delete(_world.StartNode());
        var outcomes = await _world.Finish(Task.WhenAll(appends));

        Assert.All(outcomes, outcome => Assert.True(
            outcome is AppendOutcome.Appended or AppendOutcome.UnknownTopicOrPartition));
    }

    private Task<AppendOutcome> Append(EventLog node, Topic topic, int partition) =>
        _world.Run(() => node.AppendAsync(topic, partition, LogWorld.BatchOf("b"), CancellationToken.None));

    private Task<bool> Delete(EventLog node)
    {
        return _world.Run(DeleteAsync);

        async ValueTask<bool> DeleteAsync()
        {
            await node.DeleteLogsAsync(LogWorld.TopicOf().Id, 2, CancellationToken.None);
            return true;
        }
    }

    private async Task<int> SegmentCount()
    {
        var count = 0;
        await foreach (var _ in _world.Segments.ListAsync("", TestContext.Current.CancellationToken))
        {
            count++;
        }

        return count;
    }
}
