using System.Runtime.InteropServices;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.Log;

public sealed class FetchTests : IDisposable
{
    // Opening a log brings its last blocks into memory.
    private static readonly EventLogSettings ShortOpening = new() { Tuning = new LogTuning { CheckpointBlocks = 5 } };

    private readonly LogWorld _world = new();
    private readonly Topic _topic = LogWorld.TopicOf();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task A_partition_that_was_never_written_is_empty()
    {
        var node = _world.StartNode();

        Assert.Empty((await Fetched(node, 0)).Batches);
        Assert.Equal(
            new PartitionOffsets(0, 0),
            await _world.Run(() => node.GetOffsetsAsync(_topic, 0, CancellationToken.None)));
        Assert.Equal(0, _world.Segments.Operations.Total);
    }

    [Fact]
    public async Task The_end_of_the_log_gives_nothing_and_behind_it_is_out_of_range()
    {
        var node = _world.StartNode();
        await _world.Append(node, _topic, "a", "b");

        Assert.Empty((await Fetched(node, 2)).Batches);
        Assert.Equal(new FetchOutcome.OffsetOutOfRange(0, 2), await Fetch(node, 3));
        Assert.Equal(new FetchOutcome.OffsetOutOfRange(0, 2), await Fetch(node, -1));
    }

    [Fact]
    public async Task The_high_watermark_does_not_fall_when_the_node_has_forgotten_the_log_meanwhile()
    {
        var topic = LogWorld.TopicOf(2);
        var node = _world.StartNode(new EventLogSettings
        {
            OpenLogsMax = 1,
            Tuning = LogTuning.Default with { CheckpointBlocks = 2 },
        });
        foreach (var value in new[] { "a", "b", "c", "d" })
        {
            await _world.Append(node, topic, value);
        }

        await _world.Run(() => node.GetOffsetsAsync(topic, 1, CancellationToken.None));

        var fetched = await _world.Run(() => node.FetchAsync(topic, 0, 0, 1_000_000, CancellationToken.None));

        Assert.Equal(4, Assert.IsType<FetchOutcome.Fetched>(fetched).HighWatermark);
    }

    [Fact]
    public async Task One_batch_is_given_even_when_it_is_larger_than_asked_for()
    {
        var node = _world.StartNode();
        await _world.Append(node, _topic, new string('x', 10_000));
        await _world.Append(node, _topic, "b");

        var fetched = await Fetch(node, 0, bytesMax: 1);

        Assert.Single(Assert.IsType<FetchOutcome.Fetched>(fetched).Batches);
    }

    [Fact]
    public async Task Batches_stop_before_the_byte_bound()
    {
        var node = _world.StartNode();
        for (var i = 0; i < 5; i++)
        {
            await _world.Append(node, _topic, new string('x', 1_000));
        }

        var fetched = Assert.IsType<FetchOutcome.Fetched>(await Fetch(node, 0, bytesMax: 2_500));

        Assert.Equal(2, fetched.Batches.Count);
        Assert.Equal(5, fetched.HighWatermark);
    }

    [Fact]
    public async Task What_was_just_written_is_served_from_memory()
    {
        var node = _world.StartNode();
        await _world.Append(node, _topic, "a");
        _world.Segments.Operations.Reset();

        await Fetched(node, 0);

        Assert.Equal(0, _world.Segments.Operations.Total);
    }

    [Fact]
    public async Task A_tiny_cache_changes_nothing_but_the_number_of_reads()
    {
        var writer = _world.StartNode();
        for (var i = 0; i < 50; i++)
        {
            await _world.Append(writer, _topic, $"{i}");
        }

        var reader = _world.StartNode(new EventLogSettings { CacheBytesMax = 1_600 });

        var values = await _world.ReadAll(reader, _topic);
        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"{i}"), values);
    }

    [Fact]
    public async Task A_reader_that_goes_on_through_large_blocks_reads_no_byte_twice_and_keeps_no_more_than_it_may()
    {
        const int CacheBytes = 8 * 1024 * 1024;
        var (writer, large) = (_world.StartNode(), new string('x', 1_000_000));
        for (var i = 0; i < 30; i++)
        {
            await _world.Append(writer, _topic, large);
        }

        var reader = _world.StartNode(new EventLogSettings { CacheBytesMax = CacheBytes });
        await _world.Run(() => reader.GetOffsetsAsync(_topic, 0, CancellationToken.None));
        _world.Segments.Operations.Reset();
        for (var offset = 0; offset < 20; offset++)
        {
            var fetched = await _world.Run(() => reader.FetchAsync(_topic, 0, offset, 1, CancellationToken.None));

            Assert.Equal(offset + 1, Assert.IsType<FetchOutcome.Fetched>(fetched).NextOffset);
            Assert.InRange(reader.Gauges.CacheBytes, 1, CacheBytes);
        }

        // Twenty blocks, and those that the last read brought along.
        Assert.InRange(_world.Segments.Operations.BytesRead, 20_000_000, 23_100_000);
    }

    [Fact]
    public async Task Readers_of_several_logs_do_not_push_each_others_blocks_out_of_the_cache()
    {
        const int Logs = 4;
        const int Blocks = 40;
        const int BlockBytes = 200_000;
        var topic = LogWorld.TopicOf(Logs);
        var (writer, value) = (_world.StartNode(), new string('x', BlockBytes));
        for (var i = 0; i < Blocks * Logs; i++)
        {
            var batch = LogWorld.BatchOf(value);
            await _world.Run(() => writer.AppendAsync(topic, i % Logs, batch, CancellationToken.None));
        }

        var reader = _world.StartNode(new EventLogSettings { CacheBytesMax = 10 * 1024 * 1024 });
        for (var i = 0; i < Logs; i++)
        {
            await _world.Run(() => reader.GetOffsetsAsync(topic, i, CancellationToken.None));
        }

        _world.Segments.Operations.Reset();
        for (var i = 0; i < Blocks * Logs; i++)
        {
            await _world.Run(() => reader.FetchAsync(topic, i % Logs, i / Logs, 1, CancellationToken.None));
        }

        // A read ends inside of a block, with which the next one begins.
        Assert.InRange(_world.Segments.Operations.BytesRead, 0, Logs * Blocks * BlockBytes * 1.2);
    }

    [Fact]
    public async Task A_small_answer_does_not_hold_the_memory_of_a_large_read()
    {
        var writer = _world.StartNode(ShortOpening);
        for (var i = 0; i < 20; i++)
        {
            await _world.Append(writer, _topic, new string('x', 10_000));
        }

        var fetched = await _world.Run(() => _world.StartNode().FetchAsync(_topic, 0, 3, 1, CancellationToken.None));

        var batch = Assert.Single(Assert.IsType<FetchOutcome.Fetched>(fetched).Batches);
        Assert.Equal(3, batch.BaseOffset);
        Assert.True(MemoryMarshal.TryGetArray(batch.Bytes, out var memory));
        Assert.InRange(memory.Array!.Length, batch.Length, 8 * batch.Length);
    }

    [Fact]
    public async Task Many_logs_at_once_are_read_little_by_little()
    {
        const int Logs = 10;
        const int ValueBytes = 50_000;
        var topic = LogWorld.TopicOf(Logs);
        var (writer, value) = (_world.StartNode(ShortOpening), new string('x', ValueBytes));
        for (var i = 0; i < 20 * Logs; i++)
        {
            var batch = LogWorld.BatchOf(value);
            await _world.Run(() => writer.AppendAsync(topic, i % Logs, batch, CancellationToken.None));
        }

        var tuning = new LogTuning { LoadingBytesTotalMax = 1 };
        var reader = _world.StartNode(new EventLogSettings { Tuning = tuning });
        for (var i = 0; i < Logs; i++)
        {
            await _world.Run(() => reader.GetOffsetsAsync(topic, i, CancellationToken.None));
        }

        _world.Segments.Operations.Reset();
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _world.Segments.Interception.Before = _ => new ValueTask(begun.Task);
        var fetches = Enumerable.Range(0, Logs)
            .Select(log => _world.Start(() => reader.FetchAsync(topic, log, 0, 1, CancellationToken.None)))
            .ToArray();
        begun.SetResult();
        await _world.Run(async () => await Task.WhenAll(fetches));

        // The first one reads all twenty.
        Assert.InRange(_world.Segments.Operations.BytesRead, 30 * ValueBytes / 2, 32 * ValueBytes);
    }

    [Fact]
    public async Task A_record_of_another_node_ends_the_wait_for_it()
    {
        var (writer, reader) = (_world.StartNode(), _world.StartNode());
        await _world.Append(writer, _topic, "a");
        await Fetched(reader, 1);

        var waiting = _world.Start(() => reader.WaitAsync(
            _topic, [new PartitionPosition(0, 1)], TimeSpan.FromSeconds(30), CancellationToken.None));
        await _world.Append(writer, _topic, "b");

        Assert.True(await _world.Finish(waiting));
    }

    [Fact]
    public async Task The_first_record_of_a_new_partition_ends_the_wait_for_it()
    {
        var (writer, reader) = (_world.StartNode(), _world.StartNode());

        var waiting = _world.Start(() => reader.WaitAsync(
            _topic, [new PartitionPosition(0, 0)], TimeSpan.FromSeconds(30), CancellationToken.None));
        await _world.Append(writer, _topic, "a");

        Assert.True(await _world.Finish(waiting));
    }

    [Fact]
    public async Task A_wait_ends_with_its_time()
    {
        var node = _world.StartNode();
        await _world.Append(node, _topic, "a");

        Assert.False(await Wait(node, [new PartitionPosition(0, 1)]));
    }

    [Fact]
    public async Task A_thousand_waiting_readers_share_the_looks_at_the_tail()
    {
        var reader = _world.StartNode();
        await _world.Append(_world.StartNode(), _topic, "a");
        await Fetched(reader, 1);
        _world.Segments.Operations.Reset();

        var waits = Enumerable.Range(0, 1_000).Select(_ => _world.Start(() => reader.WaitAsync(
            _topic, [new PartitionPosition(0, 1)], TimeSpan.FromSeconds(2), CancellationToken.None)));
        await _world.Finish(Task.WhenAll(waits));

        Assert.InRange(_world.Segments.Operations.Reads, 1, 12);
    }

    [Fact]
    public async Task A_wait_that_names_a_missing_partition_ends_at_once_and_reads_nothing_afterwards()
    {
        var node = _world.StartNode();
        await _world.Append(node, _topic, "a");

        Assert.True(await Wait(node, [new PartitionPosition(0, 1), new PartitionPosition(7, 0)]));

        _world.Segments.Operations.Reset();
        Assert.False(await Wait(node, []));
        Assert.Equal(0, _world.Segments.Operations.Total);
    }

    [Fact]
    public async Task Nobody_waiting_nothing_is_read()
    {
        var node = _world.StartNode();
        await _world.Append(node, _topic, "a");
        await Wait(node, [new PartitionPosition(0, 1)]);
        await Wait(node, [new PartitionPosition(0, 0)]);
        _world.Segments.Operations.Reset();

        _world.Time.Advance(TimeSpan.FromMinutes(10));
        await Wait(node, [new PartitionPosition(0, 0)]);

        Assert.InRange(_world.Segments.Operations.Total, 0, 1);
    }

    private Task<bool> Wait(EventLog node, IReadOnlyList<PartitionPosition> positions) =>
        _world.Run(() => node.WaitAsync(_topic, positions, TimeSpan.FromSeconds(2), CancellationToken.None));

    private async Task<FetchOutcome.Fetched> Fetched(EventLog node, long offset) =>
        Assert.IsType<FetchOutcome.Fetched>(await Fetch(node, offset));

    private Task<FetchOutcome> Fetch(EventLog node, long offset, int bytesMax = 1_000_000) =>
        _world.Run(() => node.FetchAsync(_topic, 0, offset, bytesMax, CancellationToken.None));
}
