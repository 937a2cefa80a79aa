using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Scheduling;
using Serverless.StorageEngine.Simulation;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.Log;

/// <summary>Reads that begin before anyone asks for them.</summary>
public sealed class ReadAheadTests : IDisposable
{
    private const int Blocks = 30;

    // Each block is in the index, and fits into a first read.
    private const int ValueBytes = 1_048_450;

    private readonly LogWorld _world = new();
    private readonly Topic _topic = LogWorld.TopicOf();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task A_reader_that_goes_on_finds_the_next_blocks_read_already()
    {
        var reader = await ReaderOfAsync();
        await FetchAsync(reader, 0);
        await FetchAsync(reader, 1);

        CutOff();

        // The read that was asked for holds one block, the four ahead of it one or two each.
        for (var offset = 2; offset < 6; offset++)
        {
            await FetchAsync(reader, offset);
        }
    }

    [Fact]
    public async Task Two_readers_of_one_log_do_not_take_each_others_place()
    {
        var reader = await ReaderOfAsync();
        for (var step = 0; step < 2; step++)
        {
            await FetchAsync(reader, step);
            await FetchAsync(reader, 15 + step);
        }

        CutOff();
        for (var step = 2; step < 6; step++)
        {
            await FetchAsync(reader, step);
            await FetchAsync(reader, 15 + step);
        }
    }

    [Fact]
    public async Task Logs_that_are_only_written_take_no_part_of_the_cache_from_readers()
    {
        const int Written = 40;
        var reader = await ReaderOfAsync();
        var others = LogWorld.TopicOf(Written) with { Id = new TopicId((UInt128)9 << 24) };
        for (var partition = 0; partition < Written; partition++)
        {
            var number = partition;
            await _world.Run(() => reader.AppendAsync(others, number, LogWorld.BatchOf("a"), CancellationToken.None));
        }

        await FetchAsync(reader, 0);
        await FetchAsync(reader, 1);
        CutOff();
        for (var offset = 2; offset < 6; offset++)
        {
            await FetchAsync(reader, offset);
        }
    }

    [Fact]
    public async Task A_reader_that_does_not_go_on_has_nothing_read_ahead()
    {
        var reader = await ReaderOfAsync();
        var reads = 0;
        _world.Segments.Interception.Before = call =>
        {
            reads += call.Operation == StorageOperation.ReadSegment ? 1 : 0;
            return ValueTask.CompletedTask;
        };
        await FetchAsync(reader, 0);
        await FetchAsync(reader, 10);

        Assert.Equal(2, reads);
    }

    [Fact]
    public async Task A_read_ahead_that_failed_is_made_again_when_it_is_asked_for()
    {
        var reader = await ReaderOfAsync();
        await FetchAsync(reader, 0);
        var reads = 0;
        _world.Segments.Interception.Before = call => call.Operation == StorageOperation.ReadSegment && reads++ > 0
            ? throw new StorageUnavailableException("down")
            : ValueTask.CompletedTask;
        await FetchAsync(reader, 1);
        _world.Segments.Interception.Before = null;

        Assert.True(reads > 1);
        for (var offset = 2; offset < Blocks; offset++)
        {
            await FetchAsync(reader, offset);
        }
    }

    [Fact]
    public async Task A_node_does_not_close_before_its_reads_have_ended()
    {
        var reader = await ReaderOfAsync();
        await FetchAsync(reader, 0);
        var (reads, release) = (0, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        _world.Segments.Interception.Before = call => call.Operation == StorageOperation.ReadSegment && reads++ > 0
            ? new ValueTask(release.Task)
            : ValueTask.CompletedTask;
        await FetchAsync(reader, 1);

        var closing = _world.Start(reader.DisposeAsync);
        await _world.Run(async () =>
        {
            await Waits.DelayAsync(TimeSpan.FromSeconds(1), _world.Time, CancellationToken.None);
            return true;
        });
        Assert.False(closing.IsCompleted);
        _world.Segments.Interception.Before = null;
        release.SetResult();
        await _world.Run(async () =>
        {
            await closing;
            return true;
        });
    }

    private void CutOff() =>
        _world.Segments.Interception.Before = static call => call.Operation == StorageOperation.ReadSegment
            ? throw new StorageUnavailableException("down")
            : ValueTask.CompletedTask;

    private async Task<EventLog> ReaderOfAsync()
    {
        var writer = _world.StartNode();
        for (var block = 0; block < Blocks; block++)
        {
            await _world.Append(writer, _topic, ValueOf(block));
        }

        var reader = _world.StartNode();
        await _world.Run(() => reader.GetOffsetsAsync(_topic, 0, CancellationToken.None));
        return reader;
    }

    private async Task FetchAsync(EventLog reader, long offset)
    {
        var outcome = await _world.Run(() => reader.FetchAsync(_topic, 0, offset, 1, CancellationToken.None));
        var fetched = Assert.IsType<FetchOutcome.Fetched>(outcome);
        var batch = Assert.Single(fetched.Batches);
        Assert.Equal(offset, batch.BaseOffset);
        Assert.Equal(LogWorld.BatchOf(ValueOf(offset)).ComputeCrc(), batch.ComputeCrc());
    }

    private static string ValueOf(long block) => new((char)('a' + block), ValueBytes);
}
