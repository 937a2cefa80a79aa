using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Simulation;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Tests.Log;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.Retention;

public sealed class SegmentsTakenAwayTests : IDisposable
{
    // 13 blocks of 1,000 bytes and their surroundings are more than 16 KiB, 12 are less.
    private const int BlocksPerSegment = 13;

    private readonly LogWorld _world = new();
    private readonly Topic _topic = LogWorld.TopicOf(1, ("segment.bytes", "16384"));
    private readonly RetiredLog _log;

    public SegmentsTakenAwayTests() => _log = new RetiredLog(_world, _topic);

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task A_node_whose_active_segment_was_taken_away_appends_at_the_logs_end()
    {
        var (sleeper, other) = (_world.StartNode(), _world.StartNode());
        await _log.AppendAsync(sleeper, 2);
        await _log.AppendAsync(other, 30, from: 2);
        await _log.RetireOldestAsync();

        Assert.Equal(32, await _world.Append(sleeper, _topic, RetiredLog.Value(32)));
    }

    [Fact]
    public async Task A_node_whose_active_segment_was_taken_away_reads_to_the_logs_end()
    {
        var (sleeper, other) = (_world.StartNode(), _world.StartNode());
        await _log.AppendAsync(sleeper, 2);
        await _log.AppendAsync(other, 30, from: 2);
        await _log.RetireOldestAsync();

        Assert.Equal(RetiredLog.Values(13, 32), await _world.ReadAll(sleeper, _topic, offset: 13));
    }

    [Fact]
    public async Task A_repeat_is_recognised_by_a_node_that_passed_over_its_first_coming()
    {
        var (sleeper, other) = (_world.StartNode(), _world.StartNode());
        await _log.AppendAsync(sleeper, 1);
        await _world.Send(other, _topic, LogWorld.BatchBy(4001, 0, sequence: 0, "once"));
        await _log.AppendAsync(other, 30, from: 2);
        await _log.RetireOldestAsync();

        var repeat = await _world.Send(sleeper, _topic, LogWorld.BatchBy(4001, 0, sequence: 0, "once"));

        Assert.True(repeat is AppendOutcome.Appended { BaseOffset: 1, Duplicate: true });
    }

    [Fact]
    public async Task An_append_in_doubt_whose_segment_was_taken_away_stays_in_doubt()
    {
        var (sleeper, other) = (_world.StartNode(), _world.StartNode());
        await _log.AppendAsync(sleeper, 1);
        var waiting = new TaskCompletionSource();
        _world.Segments.Interception.After = call =>
        {
            if (call.Operation != StorageOperation.Append)
            {
                return ValueTask.CompletedTask;
            }

            _world.Segments.Interception.After = null;
            return LoseAnswerAsync(waiting.Task);
        };
        var inDoubt = _world.Begin(sleeper, _topic, LogWorld.BatchOf("doubtful"));
        await _log.AppendAsync(other, 30, from: 2);
        await _log.RetireOldestAsync();
        waiting.SetResult();

        await Assert.ThrowsAsync<StorageOutcomeUnknownException>(() => _world.Finish(inDoubt));
    }

    [Fact]
    public async Task A_fetch_of_records_that_were_taken_away_is_told_the_new_range()
    {
        var (reader, writer) = (_world.StartNode(), _world.StartNode());
        await _log.AppendAsync(writer, 30);
        await _log.FetchAsync(reader, 29);
        await _log.RetireOldestAsync();

        var outcome = await _log.FetchAsync(reader, 3);

        Assert.Equal(new FetchOutcome.OffsetOutOfRange(BlocksPerSegment, 30), outcome);
    }

    [Fact]
    public async Task A_reader_that_knows_a_segment_by_its_old_name_goes_on_in_its_copy()
    {
        var writer = _world.StartNode();
        await _log.AppendAsync(writer, 40);
        var reader = _world.StartNode(new EventLogSettings { CacheBytesMax = 1 });
        Assert.Equal(RetiredLog.Values(0, 40), await _world.ReadAll(reader, _topic));
        await _log.CopyAllAsync();

        Assert.Equal(RetiredLog.Values(0, 40), await _world.ReadAll(reader, _topic));
    }

    [Fact]
    public async Task A_writer_that_saw_a_seal_goes_on_in_the_copy_that_was_made_behind_it()
    {
        var (sealer, other) = (_world.StartNode(new EventLogSettings { CacheBytesMax = 1 }), _world.StartNode());
        await _log.AppendAsync(sealer, BlocksPerSegment);
        _world.Tables.Interception.Before = Refuse(StorageOperation.ExecuteTransaction);
        await _log.AppendAsync(sealer, 1, from: BlocksPerSegment);
        _world.Tables.Interception.Before = null;
        await _log.AppendAsync(other, 30, from: BlocksPerSegment + 1);
        await _log.CopyAllAsync();

        Assert.Equal(RetiredLog.Values(0, 44), await _world.ReadAll(sealer, _topic));
    }

    [Fact]
    public async Task A_late_registration_does_not_bring_back_the_row_of_a_segment_that_was_taken_away()
    {
        var (late, other) = (_world.StartNode(), _world.StartNode());
        await _log.AppendAsync(late, BlocksPerSegment);
        _world.Tables.Interception.Before = Refuse(StorageOperation.ExecuteTransaction);
        await _log.AppendAsync(late, 1, from: BlocksPerSegment);
        _world.Tables.Interception.Before = null;
        await _log.AppendAsync(other, 30, from: BlocksPerSegment + 1);
        await _log.RetireOldestAsync();

        await _log.AppendAsync(late, 30, from: 44);

        Assert.Equal(BlocksPerSegment, (await _log.SegmentsAsync())[0].BaseOffset);
    }

    [Fact]
    public async Task A_segments_row_tells_the_largest_timestamp_of_its_own_records()
    {
        var node = _world.StartNode();
        await _world.Run(() => node.AppendAsync(
            _topic, 0, LogWorld.BatchAt(9_000, new string('x', 17_000)), CancellationToken.None));
        await _world.Run(() => node.AppendAsync(
            _topic, 0, LogWorld.BatchAt(5_000, new string('x', 17_000)), CancellationToken.None));
        await _world.Append(_world.StartNode(), _topic, "next");

        Assert.Equal([9_000, 5_000], (await _log.SegmentsAsync()).Select(static row => row.LargestTimestamp));
    }

    [Fact]
    public async Task A_segment_that_was_taken_away_is_no_damage_while_nobody_can_tell_where_the_log_goes_on()
    {
        var (sleeper, other) = (_world.StartNode(), _world.StartNode());
        await _log.AppendAsync(sleeper, 2);
        await _log.AppendAsync(other, 30, from: 2);
        await _log.RetireOldestAsync();
        var refuse = Refuse(StorageOperation.ReadSegment);
        _world.Segments.Interception.Before = call =>
        {
            if (call.Operation == StorageOperation.ReadSegment)
            {
                _world.Segments.Interception.Before = null;
            }

            return refuse(call);
        };

        await Assert.ThrowsAsync<StorageUnavailableException>(() => _world.Run(() =>
            sleeper.AppendAsync(_topic, 0, LogWorld.BatchAt(1, "x"), CancellationToken.None)));

        Assert.Equal(32, await _world.Append(sleeper, _topic, RetiredLog.Value(32)));
    }

    [Fact]
    public async Task A_segment_that_was_taken_away_during_a_look_is_no_damage_to_a_node_that_has_moved_on()
    {
        var node = _world.StartNode();
        await _log.AppendAsync(node, 2);
        var goOn = new TaskCompletionSource();
        _world.Segments.Interception.Before = call =>
            call.Operation == StorageOperation.ReadSegment ? new ValueTask(goOn.Task) : ValueTask.CompletedTask;
        var look = _world.Start(() => node.GetOffsetsAsync(_topic, 0, CancellationToken.None));
        await _log.AppendAsync(node, 30, from: 2);
        await _log.RetireOldestAsync();
        _world.Segments.Interception.Before = null;
        goOn.SetResult();

        Assert.Equal(32, (await _world.Finish(look))!.Value.HighWatermark);
    }

    private static async ValueTask LoseAnswerAsync(Task until)
    {
        await until;
        throw new StorageOutcomeUnknownException("connection reset");
    }

    private static Func<StorageCall, ValueTask> Refuse(StorageOperation operation) =>
        call => call.Operation == operation
            ? throw new StorageUnavailableException("busy")
            : ValueTask.CompletedTask;
}
