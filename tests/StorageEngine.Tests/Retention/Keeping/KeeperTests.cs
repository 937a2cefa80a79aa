using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Retention;
using Serverless.StorageEngine.Simulation;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.Retention.Keeping;

public sealed class KeeperTests : IDisposable
{
    private static readonly (string, string?)[] Compacted =
        [("segment.bytes", "16384"), ("cleanup.policy", "compact"), ("file.delete.delay.ms", "0")];

    private static readonly (string, string?)[] Minute =
        [("segment.bytes", "16384"), ("retention.ms", "60000"), ("file.delete.delay.ms", "5000")];

    private static readonly (string, string?)[] Copied =
        [("segment.bytes", "16384"), ("retention.ms", "-1"), ("local.retention.ms", "60000")];

    private readonly KeeperWorld _world = new();

    private static CancellationToken None => CancellationToken.None;

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task Old_segments_go_with_their_rows_first_and_their_bytes_after_the_delay()
    {
        var node = _world.StartNode();
        var topic = await _world.Create(node, settings: Minute);
        await _world.Append(node, topic, 30);
        _world.Pass(TimeSpan.FromSeconds(59));
        await _world.Append(node, topic, 20);
        _world.Pass(TimeSpan.FromSeconds(2));

        var report = await _world.Keep(node);

        Assert.Equal((2, 0, 0), (report.Did.SegmentsRetired, report.Did.SegmentsDeleted, report.Did.Faults));
        Assert.Equal(26, (await _world.Offsets(node, topic)).LogStartOffset);
        Assert.Equal(24, (await _world.ReadOffsets(node, topic)).Length);
        Assert.Equal(4, (await _world.StoredSegments()).Length);

        _world.Pass(TimeSpan.FromSeconds(5));
        Assert.Equal(2, (await _world.Keep(node)).Did.SegmentsDeleted);
        Assert.Equal(2, (await _world.StoredSegments()).Length);
        await _world.CheckNothingIsLostOrForgotten(topic);
    }

    [Fact]
    public async Task An_idle_log_loses_its_active_segment_too_and_takes_records_again_at_the_same_offsets()
    {
        var node = _world.StartNode();
        var topic = await _world.Create(node, settings: Minute);
        await _world.Append(node, topic, 3);
        _world.Pass(TimeSpan.FromSeconds(61));

        var report = await _world.Keep(node);

        Assert.Equal((1, 1), (report.Did.SegmentsSealed, report.Did.SegmentsRetired));
        Assert.Equal((3, 3), (
            (await _world.Offsets(node, topic)).LogStartOffset, (await _world.Offsets(node, topic)).HighWatermark));
        await _world.Append(node, topic, 2);
        Assert.Equal((long[])[3, 4], await _world.ReadOffsets(_world.StartNode(), topic));
    }

    [Fact]
    public async Task What_is_deleted_before_an_offset_goes_by_the_next_run_also_up_to_the_end()
    {
        var node = _world.StartNode();
        var topic = await _world.Create(node, settings: [("segment.bytes", "16384"), ("file.delete.delay.ms", "0")]);
        await _world.Append(node, topic, 20);
        await _world.Run(() => node.Log.DeleteRecordsAsync(topic, 0, EventLog.ToHighWatermark, None));

        var report = await _world.Keep(node);

        Assert.Equal((2, 2), (report.Did.SegmentsRetired, report.Did.SegmentsDeleted));
        Assert.Single(await _world.StoredSegments());
        Assert.Equal(new PartitionOffsets(20, 20), await _world.Offsets(node, topic));
    }

    [Fact]
    public async Task A_log_is_kept_at_its_size()
    {
        var node = _world.StartNode();
        var topic = await _world.Create(
            node, settings: [("segment.bytes", "16384"), ("retention.bytes", "40000"), ("retention.ms", "-1")]);
        await _world.Append(node, topic, 70);

        await _world.Keep(node);

        var rows = await _world.Rows(topic);
        Assert.InRange(rows.Bytes, 40_000, 40_000 + 20_000);
        Assert.Equal(rows.Segments[0].Row.BaseOffset, (await _world.Offsets(node, topic)).LogStartOffset);
    }

    [Fact]
    public async Task Sealed_segments_become_copies_that_are_read_as_before()
    {
        var node = _world.StartNode();
        var topic = await _world.Create(
            node,
            settings: [("segment.bytes", "16384"), ("retention.ms", "-1"), ("local.retention.ms", "60000")]);
        await _world.Append(node, topic, 40);
        _world.Pass(TimeSpan.FromSeconds(61));

        var report = await _world.Keep(node);

        Assert.Equal(3, report.Did.SegmentsCopied);
        Assert.True(report.Did.BytesOfCopies < report.Did.BytesCopied);
        Assert.All((await _world.Rows(topic)).Segments, static one => Assert.True(one.Row.Copied));
        Assert.Equal(40, (await _world.ReadOffsets(node, topic)).Length);
        Assert.Equal(40, (await _world.ReadOffsets(_world.StartNode(), topic)).Length);
        _world.Pass(TimeSpan.FromMinutes(2));
        Assert.Equal(3, (await _world.Keep(node)).Did.SegmentsDeleted);
        Assert.Equal(40, (await _world.ReadOffsets(node, topic)).Length);
        await _world.CheckNothingIsLostOrForgotten(topic);
    }

    [Fact]
    public async Task A_compacted_log_keeps_the_last_record_of_each_key_in_what_is_sealed()
    {
        var node = _world.StartNode();
        var topic = await _world.Create(node, settings: Compacted);
        await _world.Append(node, topic, 40);

        var report = await _world.Keep(node);

        Assert.Equal(0, report.Did.Faults);
        Assert.Equal((long[])[34, 35, 36, 37, 38, 39], await _world.ReadOffsets(_world.StartNode(), topic));
        Assert.Equal(0, (await _world.Offsets(node, topic)).LogStartOffset);
        await _world.CheckNothingIsLostOrForgotten(topic);
        Assert.Equal(0, (await _world.Keep(node)).Did.SegmentsCompacted);
    }

    [Fact]
    public async Task What_is_compacted_away_is_gone_for_the_readers_of_the_same_node_at_once()
    {
        var node = _world.StartNode();
        var topic = await _world.Create(node, settings: Compacted);
        await _world.Append(node, topic, 40);
        await _world.ReadOffsets(node, topic);

        await _world.Keep(node);

        Assert.Equal((long[])[34, 35, 36, 37, 38, 39], await _world.ReadOffsets(node, topic));
    }

    [Fact]
    public async Task What_is_compacted_away_is_gone_for_the_readers_of_another_node_a_minute_later()
    {
        var (node, other) = (_world.StartNode(), _world.StartNode());
        var topic = await _world.Create(node, settings: Compacted);
        await _world.Append(node, topic, 40);
        await _world.ReadOffsets(other, topic);
        await _world.Keep(node);
        Assert.Equal(40, (await _world.ReadOffsets(other, topic)).Length);

        _world.Pass(TimeSpan.FromMinutes(1));

        Assert.Equal((long[])[34, 35, 36, 37, 38, 39], await _world.ReadOffsets(other, topic));
    }

    [Fact]
    public async Task A_deletion_of_a_topic_that_was_interrupted_is_finished()
    {
        var node = _world.StartNode();
        var topic = await _world.Create(node);
        await _world.Append(node, topic, 3);
        _world.Segments.Interception.Before = static call => call.Operation == StorageOperation.DeleteSegment
            ? throw new StorageUnavailableException("down")
            : ValueTask.CompletedTask;
        Assert.Equal(
            TopicDeletion.DeletedRecordsRemain, await _world.Run(() => node.Topics.DeleteAsync(topic.Name, None)));
        _world.Segments.Interception.Before = null;

        Assert.True((await _world.Keep(node)).IsComplete);

        Assert.Empty(await _world.StoredSegments());
    }

    [Fact]
    public async Task One_topic_is_kept_on_demand()
    {
        var node = _world.StartNode();
        var (first, second) = (await _world.Create(node, "a", 1, Minute), await _world.Create(node, "b", 1, Minute));
        await _world.Append(node, first, 1);
        await _world.Append(node, second, 1);
        _world.Pass(TimeSpan.FromSeconds(61));

        var outcome = await _world.Run(() => node.Keeper.RunAsync(second.Name, None));

        Assert.Equal(1, Assert.IsType<KeeperOutcome.Ran>(outcome).Report.TopicsKept);
        Assert.Equal(0, (await _world.Offsets(node, first)).LogStartOffset);
        Assert.Equal(1, (await _world.Offsets(node, second)).LogStartOffset);
        await _world.Run(() => node.Topics.DeleteAsync(first.Name, None));
        Assert.IsType<KeeperOutcome.UnknownTopic>(await _world.Run(() => node.Keeper.RunAsync(first.Name, None)));
    }

    [Fact]
    public async Task The_row_of_a_topic_that_is_gone_goes_after_a_day()
    {
        var node = _world.StartNode();
        var topic = await _world.Create(node);
        await _world.Keep(node);
        await _world.Run(() => node.Topics.DeleteAsync(topic.Name, None));
        var again = await _world.Create(node);

        await _world.Keep(node);
        Assert.Equal(2, (await ReadTopicsAsync(node)).Count);
        _world.Pass(TimeSpan.FromDays(1));
        await _world.Keep(node);

        Assert.Equal(again.Id, Assert.Single(await ReadTopicsAsync(node)).Id);
    }

    [Fact]
    public async Task A_run_without_anything_to_do_changes_no_log_and_is_seen()
    {
        var node = _world.StartNode();
        var topic = await _world.Create(node);
        await _world.Append(node, topic, 20);
        var before = await _world.Rows(topic);

        var report = await _world.Keep(node);

        Assert.Equal((KeeperCounts.None, true, 1), (report.Did, report.IsComplete, report.TopicsKept));
        Assert.Equal(before.HeadVersion, (await _world.Rows(topic)).HeadVersion);
        var run = (await _world.Run(() => node.Keeper.ReadRunAsync(None)))!;
        Assert.Equal(report.StartedAt, run.StartedAt);
        Assert.NotNull(run.FinishedAt);
    }

    private Task<List<TopicMaintenance>> ReadTopicsAsync(KeeperNode node) => _world.Run(async () =>
    {
        var all = new List<TopicMaintenance>();
        await foreach (var topic in node.Keeper.ReadTopicsAsync(after: null, None))
        {
            all.Add(topic);
        }

        return all;
    });
}
