using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Retention;
using Serverless.StorageEngine.Retention.Keeping;
using Serverless.StorageEngine.Simulation;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Tests.Log;
using Serverless.StorageEngine.Tests.Retention.Compaction;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.Retention.Keeping;

/// <summary>What a run has no share left for, cannot read, or takes long for.</summary>
public sealed class KeeperLimitsTests : IDisposable
{
    private static readonly (string, string?)[] Minute =
        [("segment.bytes", "16384"), ("retention.ms", "60000"), ("file.delete.delay.ms", "5000")];

    private static readonly (string, string?)[] Copied =
        [("segment.bytes", "16384"), ("retention.ms", "-1"), ("local.retention.ms", "60000")];

    private readonly KeeperWorld _world = new();

    private static CancellationToken None => CancellationToken.None;

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task What_a_run_has_no_share_left_for_the_next_one_does()
    {
        var node = _world.StartNode(new KeeperSettings { StepsMax = 3 });
        var first = await _world.Create(node, "a", partitions: 2, settings: Minute);
        var second = await _world.Create(node, "b", settings: Minute);
        await _world.Append(node, first, 1, partition: 0);
        await _world.Append(node, first, 1, partition: 1);
        await _world.Append(node, second, 1);
        _world.Pass(TimeSpan.FromSeconds(61));

        Assert.False((await _world.Keep(node)).IsComplete);
        Assert.Equal(1, (await ReadTopicsAsync(node)).Single().NextPartition);
        Assert.Equal("a", (await _world.Run(() => node.Keeper.ReadRunAsync(None)))!.NextTopic);
        for (var run = 0; run < 5; run++)
        {
            await _world.Keep(node);
        }

        Assert.Equal(1, (await _world.Offsets(node, first, 0)).LogStartOffset);
        Assert.Equal(1, (await _world.Offsets(node, first, 1)).LogStartOffset);
        Assert.Equal(1, (await _world.Offsets(node, second)).LogStartOffset);
    }

    [Fact]
    public async Task What_a_run_has_no_bytes_left_to_rewrite_comes_first_in_the_next_one()
    {
        var node = _world.StartNode(new KeeperSettings { BytesRewrittenMax = 1 });
        var busy = await _world.Create(node, "a", partitions: 2, settings: Copied);
        var other = await _world.Create(node, "b", settings: Copied);
        await _world.Append(node, busy, 20, partition: 1);
        await _world.Append(node, other, 20);

        var runs = 0;
        for (var isComplete = false; !isComplete && runs < 5; runs++)
        {
            // Partition 0 has more to rewrite each time than a run may.
            await _world.Append(node, busy, 20, partition: 0);
            _world.Pass(TimeSpan.FromSeconds(61));
            isComplete = (await _world.Keep(node)).IsComplete;
            if (runs == 0)
            {
                var run = (await _world.Run(() => node.Keeper.ReadRunAsync(None)))!;
                Assert.Equal(("a", false), (run.NextTopic, isComplete));
            }
        }

        Assert.Equal(5, runs);
        Assert.All((await _world.Rows(busy, 1)).Segments, static one => Assert.True(one.Row.Copied));
        Assert.All((await _world.Rows(other)).Segments, static one => Assert.True(one.Row.Copied));
    }

    [Fact]
    public async Task Retention_goes_on_in_all_logs_when_a_run_has_no_bytes_left_to_rewrite()
    {
        var node = _world.StartNode(new KeeperSettings { BytesRewrittenMax = 1 });
        var copied = await _world.Create(node, "a", settings: Copied);
        var kept = await _world.Create(node, "b", settings: Minute);
        await _world.Append(node, copied, 40);
        await _world.Append(node, kept, 20);
        _world.Pass(TimeSpan.FromSeconds(61));

        Assert.False((await _world.Keep(node)).IsComplete);

        Assert.Equal(20, (await _world.Offsets(node, kept)).LogStartOffset);
    }

    [Fact]
    public async Task A_large_deletion_does_not_take_the_time_of_the_topics_and_is_finished_by_the_next_runs()
    {
        var node = _world.StartNode();
        var topic = await _world.Create(node, settings: Minute);
        var deleted = await _world.Create(node, "deleted", settings: [("segment.bytes", "16384")]);
        await _world.Append(node, deleted, 60);
        await _world.Append(node, topic, 20);
        _world.Segments.Interception.Before = static call => call.Operation == StorageOperation.DeleteSegment
            ? throw new StorageUnavailableException("down")
            : ValueTask.CompletedTask;
        await _world.Delete(node, deleted);
        _world.Pass(TimeSpan.FromSeconds(61));
        _world.Segments.Interception.Before = call =>
        {
            _world.Pass(call.Operation == StorageOperation.DeleteSegment ? TimeSpan.FromSeconds(10) : TimeSpan.Zero);
            return ValueTask.CompletedTask;
        };

        var report = await _world.Keep(node);

        Assert.Equal((false, 0), (report.IsComplete, report.Did.Faults));
        Assert.Equal(20, (await _world.Offsets(node, topic)).LogStartOffset);
        for (var run = 0; run < 3; run++)
        {
            report = await _world.Keep(node);
        }

        Assert.True(report.IsComplete);
        Assert.DoesNotContain(
            await _world.StoredSegments(), name => name.Contains(deleted.Id.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Damaged_topics_are_reported_and_the_others_behind_them_are_kept()
    {
        var node = _world.StartNode();
        var topic = await _world.Create(node, "z", settings: Minute);
        await _world.Append(node, topic, 20);
        for (var number = 0; number < 7; number++)
        {
            await _world.Tables.ExecuteAsync(
                TopicCatalog.TablePartition, [new RowChange.Insert($"topic|b{number}", "{}"u8.ToArray())], None);
        }

        _world.Pass(TimeSpan.FromSeconds(61));

        var report = await _world.Keep(node);

        Assert.Equal((7, 2, false), (report.Did.Faults, report.Did.SegmentsRetired, report.IsComplete));
        Assert.Contains("topic|b0", report.Problems[0].Text, StringComparison.Ordinal);
        Assert.Equal(20, (await _world.Offsets(node, topic)).LogStartOffset);
        Assert.False((await _world.Run(() => node.Keeper.ReadRunAsync(None)))!.IsComplete);
    }

    [Fact]
    public async Task A_topic_stays_taken_while_one_step_lasts_longer_than_a_lease()
    {
        var settings = new KeeperSettings { LeaseDuration = TimeSpan.FromSeconds(60) };
        var node = _world.StartNode(settings);
        var topic = await _world.Create(
            node, settings: [("segment.bytes", "16384"), ("cleanup.policy", "compact"), ("file.delete.delay.ms", "0")]);
        await _world.Append(node, topic, 60);
        var longest = TimeSpan.Zero;
        _world.Segments.Interception.Before = async call =>
        {
            if (call.Operation != StorageOperation.ReadSegment)
            {
                return;
            }

            var row = await _world.Tables.GetAsync(KeeperKeys.Partition, KeeperKeys.Topic(topic.Id), None);
            var silent = _world.Now - row!.WrittenAt;
            longest = silent > longest ? silent : longest;
            _world.Pass(TimeSpan.FromSeconds(20));
        };

        var report = await _world.Keep(node);

        Assert.True(report.Did.SegmentsCompacted > 0);
        Assert.InRange(longest, TimeSpan.Zero, settings.LeaseDuration / 2);
    }

    [Fact]
    public async Task Batches_that_a_compaction_cannot_read_are_reported()
    {
        var node = _world.StartNode();
        var topic = await _world.Create(node, settings: [("segment.bytes", "16384")]);
        await _world.Append(node, topic, 5);
        await Send(CompactorTests.Damaged("a", "b"));
        for (var number = 0; number < 30; number++)
        {
            await Send(LogWorld.BatchOf(new string('x', 1_000)));
        }

        var compact = new TopicConfigChange("cleanup.policy", "compact", TopicConfigOperation.Set);
        await _world.Run(() => node.Topics.AlterConfigsAsync(topic.Name, [compact], validateOnly: false, None));

        var report = await _world.Keep(node);

        Assert.Equal((1, false), (report.Did.Faults, report.IsComplete));
        Assert.Contains("of the first at offset 5", Assert.Single(report.Problems).Text, StringComparison.Ordinal);
        Assert.Equal(report.Problems[0].Text, Assert.Single(await ReadTopicsAsync(node)).Problem!.Text);
        Assert.True((await _world.Keep(node)).IsComplete);

        async Task Send(RecordBatch batch) => Assert.IsType<AppendOutcome.Appended>(
            await _world.Run(() => node.Log.AppendAsync(topic, 0, batch, None)));
    }

    [Fact]
    public async Task A_log_that_is_damaged_is_reported_and_the_others_are_kept()
    {
        var node = _world.StartNode();
        var topic = await _world.Create(node, partitions: 2, settings: Minute);
        await _world.Append(node, topic, 20, partition: 0);
        await _world.Append(node, topic, 20, partition: 1);
        var key = LogKeys.Segment(new PartitionId(topic.Id, 0).Log, 0);
        var partition = LogKeys.Partition(new PartitionId(topic.Id, 0).Log);
        var row = (await _world.Tables.GetAsync(partition, key, None))!;
        await _world.Tables.ExecuteAsync(
            partition, [new RowChange.Replace(key, "{}"u8.ToArray(), row.Version)], None);
        _world.Pass(TimeSpan.FromSeconds(61));

        var report = await _world.Keep(node);

        Assert.Equal((1, 2), (report.Did.Faults, report.Did.SegmentsRetired));
        var problem = Assert.Single(report.Problems);
        Assert.Equal(("orders", 0), (problem.Topic, problem.Partition));
        Assert.False(report.IsComplete);
        var shown = Assert.Single(await ReadTopicsAsync(node));
        Assert.Equal((1, problem.Text), (shown.Did.Faults, shown.Problem!.Text));
        Assert.Equal(problem.Text, (await _world.Run(() => node.Keeper.ReadRunAsync(None)))!.Problem!.Text);
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
