using System.Text;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Retention;
using Serverless.StorageEngine.SharedLogs;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Tests.Log;
using Serverless.StorageEngine.Tests.Retention.Keeping;

namespace Serverless.StorageEngine.Tests.SharedLogs;

public sealed class SharedTopicTests : IDisposable
{
    private readonly KeeperWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task Records_of_all_partitions_lie_in_one_chain_and_are_read_as_ever()
    {
        var node = _world.StartNode();
        var topic = await _world.Create(node, partitions: 3, settings: [("log", "shared")]);
        for (var partition = 0; partition < 3; partition++)
        {
            await _world.Append(node, topic, 5, partition);
        }

        Assert.All(await _world.StoredSegments(), static name => Assert.StartsWith("carriers/t-", name, StringComparison.Ordinal));
        for (var partition = 0; partition < 3; partition++)
        {
            Assert.Equal(5, (await _world.ReadOffsets(_world.StartNode(), topic, partition)).Length);
        }
    }

    [Fact]
    public async Task A_topic_moves_between_shared_and_dedicated_logs_at_run_time_without_a_gap_in_its_offsets()
    {
        var node = _world.StartNode();
        var topic = await _world.Create(node, settings: [("log", "dedicated")]);
        foreach (var place in (string[])["dedicated", "shared", "shared:other", "dedicated"])
        {
            await _world.Append(node, topic with { Config = LogWorld.TopicOf(1, ("log", place)).Config }, 3);
            _world.Pass(LogTuning.Default.MoveIntervalMin);
        }

        Assert.Equal(12, (await _world.ReadOffsets(node, topic)).Length);
        Assert.Equal(12, (await _world.ReadOffsets(_world.StartNode(), topic)).Length);
        Assert.Equal(
            ["", "g-other", $"t-{topic.Id}-0"],
            (await _world.Rows(topic)).Segments
                .Select(static one => SharedKeys.LogOf(one.Row.Segment)?.Value ?? "").Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_keeper_gives_each_partition_its_own_copy_and_the_carriers_go()
    {
        var node = _world.StartNode();
        var topic = await _world.Create(
            node, partitions: 2, settings: [("log", "shared"), ("file.delete.delay.ms", "0"), ("retention.ms", "-1")]);
        await _world.Append(node, topic, 5);
        await _world.Append(node, topic, 5, partition: 1);
        _world.Pass(TimeSpan.FromHours(1.1));

        var report = await _world.Keep(node);
        await _world.Keep(node);

        Assert.Equal((2, 2, 0), (report.Did.SegmentsSealed, report.Did.SegmentsCopied, report.Did.Faults));
        Assert.Equal(2, (await _world.StoredSegments()).Count(static name => name.StartsWith("copies/", StringComparison.Ordinal)));
        Assert.Equal(5, (await _world.ReadOffsets(node, topic)).Length);
        Assert.Equal(5, (await _world.ReadOffsets(_world.StartNode(), topic, partition: 1)).Length);
    }

    [Fact]
    public async Task Carriers_go_also_when_the_topics_take_all_steps_of_every_run()
    {
        var node = _world.StartNode(new KeeperSettings { StepsMax = 1 });
        var topic = await _world.Create(
            node, partitions: 2, settings: [("log", "shared"), ("file.delete.delay.ms", "0"), ("retention.ms", "60000")]);
        var busy = await _world.Create(node, "z", partitions: 12, settings: [("retention.ms", "60000")]);
        await _world.Append(node, topic, 3);
        for (var partition = 0; partition < 12; partition++)
        {
            await _world.Append(node, busy, 1, partition);
        }

        _world.Pass(TimeSpan.FromHours(2));
        var carriers = 0L;

        for (var run = 0; run < 8; run++)
        {
            var report = await _world.Keep(node);
            Assert.False(report.IsComplete);
            carriers += report.Did.CarriersDeleted;
        }

        Assert.InRange(carriers, 1, long.MaxValue);
    }

    [Fact]
    public async Task What_retention_took_away_is_not_kept_by_a_carrier_that_nobody_fills()
    {
        var node = _world.StartNode();
        var topic = await _world.Create(
            node, partitions: 2, settings: [("log", "shared"), ("file.delete.delay.ms", "0"), ("retention.ms", "60000")]);
        await _world.Append(node, topic, 3);
        await _world.Append(node, topic, 3, partition: 1);
        _world.Pass(TimeSpan.FromHours(2));

        await _world.Keep(node);
        await _world.Keep(node);

        Assert.DoesNotContain(await BytesOfAllAsync(), static text => text.Contains("0001....", StringComparison.Ordinal));
        await _world.Append(node, topic, 3);
        await _world.Append(node, topic, 2);
        Assert.Equal(5, (await _world.ReadOffsets(_world.StartNode(), topic)).Length);
        Assert.Contains(await _world.StoredSegments(), static name => name.StartsWith("carriers/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_deleted_topic_leaves_nothing_in_its_own_shared_log_or_in_that_of_a_group()
    {
        var node = _world.StartNode();
        var own = await _world.Create(node, "own", settings: [("log", "shared")]);
        var grouped = await _world.Create(node, "grouped", settings: [("log", "shared:all")]);
        var neighbour = await _world.Create(node, "neighbour", settings: [("log", "shared:all")]);
        await _world.Append(node, own, 3);
        await _world.Append(node, grouped, 3);
        await _world.Append(node, neighbour, 3);

        await _world.Delete(node, own);
        await _world.Delete(node, grouped);

        Assert.All(await _world.StoredSegments(), static name => Assert.StartsWith("carriers/g-all/", name, StringComparison.Ordinal));
        Assert.Equal(3, (await _world.ReadOffsets(_world.StartNode(), neighbour)).Length);
    }

    [Fact]
    public async Task A_shared_log_that_somebody_begins_behind_the_deletion_of_its_topic_goes_by_the_next_run()
    {
        var (node, late) = (_world.StartNode(), _world.StartNode());
        var gone = await _world.Create(node, "gone", settings: [("log", "shared")]);
        var stays = await _world.Create(node, "stays", settings: [("log", "shared")]);
        await _world.Append(node, stays, 3);
        await _world.Delete(node, gone);
        await _world.Run(() => late.Log.Context.Segments.CreateAsync(
            LogPlacement.Of(gone), new PartitionId(gone.Id, 0), baseOffset: 0, nonce: 1, account: ""));
        Assert.Contains(await CarriersAsync(), name => name.StartsWith($"carriers/t-{gone.Id}-", StringComparison.Ordinal));

        await _world.Keep(node);

        Assert.All(
            await CarriersAsync(), name => Assert.StartsWith($"carriers/t-{stays.Id}-", name, StringComparison.Ordinal));
        Assert.Equal([$"t-{stays.Id}-0"], await RegisteredAsync());
        Assert.Equal(3, (await _world.ReadOffsets(late, stays)).Length);
    }

    [Fact]
    public async Task Bytes_of_a_deleted_topic_go_from_a_groups_carriers_by_the_next_run()
    {
        var node = _world.StartNode();
        var (gone, stays) = (
            await _world.Create(node, "gone", settings: [("log", "shared:all")]),
            await _world.Create(node, "stays", settings: [("log", "shared:all"), ("file.delete.delay.ms", "0")]));
        await _world.Append(node, gone, 3);
        await _world.Delete(node, gone);
        await _world.Keep(node);

        Assert.DoesNotContain(await BytesOfAllAsync(), static text => text.Contains("0001....", StringComparison.Ordinal));
        await _world.Append(node, stays, 3);
        Assert.Equal(3, (await _world.ReadOffsets(_world.StartNode(), stays)).Length);
    }

    private async Task<string[]> CarriersAsync() =>
        [.. (await _world.StoredSegments()).Where(static name => name.StartsWith("carriers/", StringComparison.Ordinal))];

    private async Task<string[]> RegisteredAsync() =>
    [
        .. (await _world.Tables.QueryAsync(
            SharedKeys.Registry, SharedKeys.Registrations(""), TableLimits.PageRowsMax, CancellationToken.None))
            .Rows.Select(static row => row.Key["log|".Length..]),
    ];

    private async Task<List<string>> BytesOfAllAsync()
    {
        var texts = new List<string>();
        foreach (var name in await _world.StoredSegments())
        {
            var bytes = new byte[(await _world.Segments.GetLengthAsync(new SegmentName(name), CancellationToken.None))!.Value];
            await _world.Segments.ReadAsync(new SegmentName(name), 0, bytes, CancellationToken.None);
            texts.Add(Encoding.Latin1.GetString(bytes));
        }

        return texts;
    }

    [Fact]
    public async Task A_shared_log_without_room_leaves_a_partition_to_a_blob_of_its_own()
    {
        var node = _world.StartNode(log: new EventLogSettings { Shared = new SharedTuning { SegmentsMax = 1 } });
        var topic = await _world.Create(node, partitions: 2, settings: [("log", "shared")]);
        await _world.Append(node, topic, 3);
        await _world.Append(node, topic, 3, partition: 1);

        Assert.Contains(await _world.StoredSegments(), name => name.StartsWith($"{topic.Id}/00000001/", StringComparison.Ordinal));
        Assert.Equal(3, (await _world.ReadOffsets(_world.StartNode(), topic, partition: 1)).Length);
    }
}
