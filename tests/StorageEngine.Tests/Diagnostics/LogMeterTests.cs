using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Simulation;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Tests.Log;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.Diagnostics;

/// <summary>What the metrics of logs and of storage promise.</summary>
public sealed class LogMeterTests : IDisposable
{
    private readonly LogWorld _world = new();
    private readonly Measured _measured;

    public LogMeterTests() => _measured = new Measured(_world.Meters);

    public void Dispose()
    {
        _measured.Dispose();
        _world.Dispose();
    }

    [Fact]
    public async Task Appends_are_counted_by_how_they_ended()
    {
        var (node, topic) = (_world.StartNode(), LogWorld.TopicOf());

        await _world.Append(node, topic, "a", "b");
        await _world.Send(node, topic, LogWorld.BatchBy(7, 0, 0, "c"));
        await _world.Send(node, topic, LogWorld.BatchBy(7, 0, 0, "c"));
        await _world.Send(node, topic, LogWorld.BatchBy(7, 0, 5, "d"));

        Assert.Equal(2, _measured.Sum("serverless.log.appends{outcome=ok}"));
        Assert.Equal(1, _measured.Sum("serverless.log.appends{outcome=repeated}"));
        Assert.Equal(1, _measured.Sum("serverless.log.appends{outcome=refused}"));
        Assert.Equal(3, _measured.Sum("serverless.log.records.appended"));
        Assert.Equal(3, _measured["serverless.log.append.duration"].Count);
    }

    [Fact]
    public async Task A_block_is_told_with_all_its_records_however_many_batches_brought_them()
    {
        var (node, topic) = (_world.StartNode(), LogWorld.TopicOf());
        await _world.Append(node, topic, "a");

        SlowAppends();
        Task<AppendOutcome>[] appends =
        [
            _world.Begin(node, topic, LogWorld.BatchOf("b")),
            _world.Begin(node, topic, LogWorld.BatchOf("c")),
            _world.Begin(node, topic, LogWorld.BatchOf("d", "e")),
        ];
        await _world.Finish(Task.WhenAll(appends));

        Assert.Equal([1, 1, 3], _measured["serverless.log.block.records"]);
        Assert.Equal(3, _measured.Sum("serverless.log.blocks.appended"));
        Assert.Equal(await LengthAsync(), _measured.Sum("serverless.log.block.bytes"));
    }

    [Fact]
    public async Task Fetches_are_counted_with_what_they_return_and_by_how_they_ended()
    {
        var (node, topic) = (_world.StartNode(), LogWorld.TopicOf());
        await _world.Append(node, topic, "a", "b");

        await FetchAsync(node, topic, 0);
        await FetchAsync(node, topic, 2);
        await FetchAsync(node, topic, 9);

        Assert.Equal(1, _measured.Sum("serverless.log.fetches{outcome=ok}"));
        Assert.Equal(1, _measured.Sum("serverless.log.fetches{outcome=empty}"));
        Assert.Equal(1, _measured.Sum("serverless.log.fetches{outcome=out_of_range}"));
        Assert.Equal(2, _measured.Sum("serverless.log.records.fetched"));
        Assert.Equal(LogWorld.BatchOf("a", "b").Length, _measured.Sum("serverless.log.bytes.fetched"));
        Assert.Equal(3, _measured["serverless.log.fetch.duration"].Count);
    }

    [Fact]
    public async Task Readers_find_what_their_node_wrote_in_memory_and_another_nodes_not()
    {
        var topic = LogWorld.TopicOf();
        var writer = _world.StartNode();
        await _world.Append(writer, topic, "a");

        await FetchAsync(writer, topic, 0);
        Assert.Equal(1, _measured.Sum("serverless.cache.lookups{result=hit}"));

        await FetchAsync(_world.StartNode(new EventLogSettings { CacheBytesMax = 0 }), topic, 0);
        Assert.Equal(1, _measured.Sum("serverless.cache.lookups{result=miss}"));
    }

    [Fact]
    public async Task A_position_that_another_node_has_taken_is_a_conflict_of_storage_and_an_append_lost()
    {
        var topic = LogWorld.TopicOf();
        var (leader, guest) = (_world.StartNode(), _world.StartNode());
        await _world.Append(leader, topic, "a");
        await _world.Append(guest, topic, "b");

        await _world.Append(leader, topic, "c");

        Assert.Equal(1, _measured.Sum("serverless.storage.operations{operation=segment.append,outcome=conflict}"));
        Assert.Equal(1, _measured.Sum("serverless.log.appends.lost"));
        Assert.Equal(1, _measured.Sum("serverless.log.takeovers"));
    }

    [Theory]
    [InlineData("unavailable")]
    [InlineData("unknown")]
    public async Task A_call_of_storage_that_fails_is_counted_as_what_is_known_of_it(string outcome)
    {
        var (node, topic) = (_world.StartNode(), LogWorld.TopicOf());
        await _world.Append(node, topic, "a");
        _world.Segments.Interception.Before = call => call.Operation != StorageOperation.Append
            ? ValueTask.CompletedTask
            : throw (outcome == "unknown"
                ? new StorageOutcomeUnknownException("Who knows.")
                : (Exception)new StorageUnavailableException("Storage is away."));

        await Assert.ThrowsAnyAsync<Exception>(() => _world.Append(node, topic, "b"));

        Assert.NotEqual(0, _measured.Sum($"serverless.storage.operations{{operation=segment.append,outcome={outcome}}}"));
        Assert.Equal(1, _measured.Sum($"serverless.log.appends{{outcome={outcome}}}"));
    }

    [Fact]
    public async Task Every_call_of_storage_is_counted_once_and_timed()
    {
        var (node, topic) = (_world.StartNode(), LogWorld.TopicOf());
        await _world.Append(node, topic, "a");
        _measured.Look();

        await _world.Append(node, topic, "b");

        Assert.Equal(1, _measured.Sum("serverless.storage.operations{operation=segment.append,outcome=ok}"));
        Assert.Single(_measured["serverless.storage.operation.duration{operation=segment.append}"]);
    }

    [Fact]
    public async Task What_a_node_holds_is_looked_up_when_somebody_asks()
    {
        var (node, topic) = (_world.StartNode(), LogWorld.TopicOf());
        _measured.Look();
        Assert.Empty(_measured["serverless.logs.open"]);

        _world.Meters.Gauges.Node = () => node.Gauges;
        await _world.Append(node, topic, "a");
        _measured.Look();

        Assert.Equal([1], _measured["serverless.logs.open"]);
        var length = await LengthAsync();
        Assert.InRange(Assert.Single(_measured["serverless.cache.bytes"]), length + 1, length + 1_000);
        Assert.Equal([0], _measured["serverless.log.pending.bytes"]);
    }

    // The simulated store answers at once; with a slow one appends gather behind the one that is under way.
    private void SlowAppends() => _world.Segments.Interception.Before = call => call.Operation == StorageOperation.Append
        ? new ValueTask(Task.Delay(TimeSpan.FromMilliseconds(10), _world.Time))
        : ValueTask.CompletedTask;

    private Task<FetchOutcome> FetchAsync(EventLog node, Topic topic, long offset) =>
        _world.Run(() => node.FetchAsync(topic, 0, offset, 1_000_000, CancellationToken.None));

    private async ValueTask<long> LengthAsync()
    {
        var length = 0L;
        await foreach (var segment in _world.Segments.ListAsync("", CancellationToken.None))
        {
            length += (await _world.Segments.GetLengthAsync(segment, CancellationToken.None))!.Value;
        }

        return length;
    }
}
