using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Log.Rows;
using Serverless.StorageEngine.Retention.Rows;
using Serverless.StorageEngine.Simulation;
using Serverless.StorageEngine.Storage;
using static Serverless.StorageEngine.Tests.Retention.SomeRows;

namespace Serverless.StorageEngine.Tests.Retention;

public sealed class LogRowsTableTests
{
    private static readonly SegmentName Copy = new("copies/t/p/0000000000000000000-c0");
    private readonly FakeTimeProvider _time = new(Now);
    private readonly SimulatedTableStore _tables;
    private readonly LogRowsTable _rows;

    public LogRowsTableTests()
    {
        _tables = new SimulatedTableStore(_time);
        _rows = new LogRowsTable(_tables, _time, new Random(1));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Rows_are_read_oldest_first_and_without_their_indexes_however_many_pages_they_take()
    {
        await StoreAsync(segments: 250);

        var rows = (await _rows.ReadAsync(Id, Token))!;

        Assert.Equal(Enumerable.Range(0, 250).Select(static place => place * 10L), rows.Segments.Select(Base));
        Assert.All(rows.Segments, static segment => Assert.Empty(segment.Row.Index));
        Assert.Equal(25_000, rows.Bytes);
        Assert.Equal(2_500, rows.Head.SegmentBaseOffset);
    }

    [Fact]
    public async Task A_log_that_was_never_written_or_is_deleted_has_no_rows()
    {
        Assert.Null(await _rows.ReadAsync(Id, Token));
        await StoreAsync(segments: 1);
        await DeleteLogAsync();

        Assert.Null(await _rows.ReadAsync(Id, Token));
    }

    [Fact]
    public async Task Whole_rows_are_read_only_as_long_as_they_are_the_same()
    {
        var rows = await StoreAsync(segments: 2);

        Assert.Equal(24, (await _rows.ReadWholeAsync(Id, rows.Segments, Token))![1].Index.Length);
        Assert.True(await _rows.RetireAsync(rows, rows.Segments[..1], 10, Token));
        Assert.Null(await _rows.ReadWholeAsync(Id, rows.Segments, Token));
    }

    [Fact]
    public async Task Segments_that_are_retired_leave_a_discard_each_and_the_log_begins_behind_them()
    {
        var rows = await StoreAsync(segments: 3);

        Assert.True(await _rows.RetireAsync(rows, rows.Segments[..2], 20, Token));

        var after = (await _rows.ReadAsync(Id, Token))!;
        Assert.Equal((20, 1), (after.Head.LogStartOffset, after.Segments.Length));
        Assert.Equal(
            rows.Segments[..2].Select(static one => new DiscardRow(one.Row.Segment, DiscardState.Retired, 100)),
            after.Discards.Select(static one => one.Row));
    }

    [Fact]
    public async Task The_start_of_a_log_never_falls()
    {
        await StoreAsync(segments: 3, logStart: 25);
        var rows = (await _rows.ReadAsync(Id, Token))!;

        Assert.True(await _rows.RetireAsync(rows, rows.Segments[..1], 10, Token));

        Assert.Equal(25, (await _rows.ReadAsync(Id, Token))!.Head.LogStartOffset);
    }

    [Fact]
    public async Task Of_two_keepers_that_retire_the_same_one_does_and_the_other_reads_again()
    {
        var rows = await StoreAsync(segments: 3);
        BeforeTheNextWrite(async () => Assert.True(await _rows.RetireAsync(rows, rows.Segments[..1], 10, Token)));

        Assert.False(await _rows.RetireAsync(rows, rows.Segments[..2], 20, Token));

        Assert.Equal(2, (await _rows.ReadAsync(Id, Token))!.Segments.Length);
    }

    [Fact]
    public async Task Nothing_is_retired_when_the_head_row_was_moved_since_it_was_read()
    {
        var rows = await StoreAsync(segments: 3);
        await MoveHeadAsync();

        Assert.False(await _rows.RetireAsync(rows, rows.Segments[..1], 10, Token));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_retirement_whose_answer_was_lost_is_found_out_about(bool happened)
    {
        var rows = await StoreAsync(segments: 3);
        LoseTheNextWrite(happened);

        Assert.True(await _rows.RetireAsync(rows, rows.Segments[..1], 10, Token));

        var after = (await _rows.ReadAsync(Id, Token))!;
        Assert.Equal((2, 1), (after.Segments.Length, after.Discards.Length));
    }

    [Fact]
    public async Task A_row_that_came_back_late_goes_again_although_its_discard_is_there()
    {
        var rows = await StoreAsync(segments: 3);
        Assert.True(await _rows.RetireAsync(rows, rows.Segments[..1], 10, Token));
        await InsertAsync(LogKeys.Segment(Id, 0), Json(Segment(0)));
        var again = (await _rows.ReadAsync(Id, Token))!;

        Assert.True(await _rows.RetireAsync(again, again.Segments[..1], 10, Token));

        Assert.Single((await _rows.ReadAsync(Id, Token))!.Discards);
    }

    [Fact]
    public async Task A_copy_takes_the_place_of_its_segments_in_one_step_although_writers_move_the_head_meanwhile()
    {
        var rows = await StoreAsync(segments: 3);
        var copying = await _rows.BeginCopyAsync(Id, Copy, Token);
        await MoveHeadAsync();
        BeforeTheNextWrite(MoveHeadAsync);

        Assert.True(await _rows.SwitchAsync(Id, rows.Segments[..2], CopyOf(0, 20), copying!, Token));

        var after = (await _rows.ReadAsync(Id, Token))!;
        Assert.Equal([Copy.Value, rows.Segments[2].Row.Segment], Names(after.Segments));
        Assert.Equal(
            rows.Segments[..2].Select(static one => (one.Row.Segment, DiscardState.Retired)),
            after.Discards.Select(static one => (one.Row.Segment, one.Row.State)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_switch_whose_answer_was_lost_is_found_out_about(bool happened)
    {
        var rows = await StoreAsync(segments: 3);
        var copying = await _rows.BeginCopyAsync(Id, Copy, Token);
        LoseTheNextWrite(happened);

        Assert.True(await _rows.SwitchAsync(Id, rows.Segments[..2], CopyOf(0, 20), copying!, Token));
        Assert.Equal(Copy.Value, (await _rows.ReadAsync(Id, Token))!.Segments[0].Row.Segment);
    }

    [Fact]
    public async Task A_copy_that_was_given_up_does_not_come_to_count()
    {
        var rows = await StoreAsync(segments: 3);
        var copying = await _rows.BeginCopyAsync(Id, Copy, Token);

        var givenUp = await _rows.GiveUpAsync(Id, copying!, Token);

        Assert.Equal(DiscardState.Deleting, givenUp!.Row.State);
        Assert.False(await _rows.SwitchAsync(Id, rows.Segments[..2], CopyOf(0, 20), copying!, Token));
        Assert.True(await _rows.ForgetAsync(Id, [givenUp], Token));
        Assert.Empty((await _rows.ReadAsync(Id, Token))!.Discards);
    }

    [Fact]
    public async Task A_copy_that_others_gave_up_before_its_announcement_was_answered_is_not_begun()
    {
        await StoreAsync(segments: 3);
        _tables.Interception.After = async call =>
        {
            if (call.Operation == StorageOperation.ExecuteTransaction)
            {
                _tables.Interception.After = null;
                var announced = (await _rows.ReadAsync(Id, Token))!.Discards[0];
                Assert.NotNull(await _rows.GiveUpAsync(Id, announced, Token));
            }
        };

        Assert.Null(await _rows.BeginCopyAsync(Id, Copy, Token));
    }

    [Fact]
    public async Task A_copy_that_counts_is_not_given_up()
    {
        var rows = await StoreAsync(segments: 3);
        var copying = await _rows.BeginCopyAsync(Id, Copy, Token);
        await _rows.SwitchAsync(Id, rows.Segments[..2], CopyOf(0, 20), copying!, Token);

        Assert.Null(await _rows.GiveUpAsync(Id, copying!, Token));
    }

    [Fact]
    public async Task A_copy_of_what_was_retired_meanwhile_does_not_come_to_count()
    {
        var rows = await StoreAsync(segments: 3);
        var copying = await _rows.BeginCopyAsync(Id, Copy, Token);
        rows = (await _rows.ReadAsync(Id, Token))!;
        Assert.True(await _rows.RetireAsync(rows, rows.Segments[..1], 10, Token));

        Assert.False(await _rows.SwitchAsync(Id, rows.Segments[..2], CopyOf(0, 20), copying!, Token));
    }

    [Fact]
    public async Task Nothing_of_this_happens_to_a_deleted_log()
    {
        var rows = await StoreAsync(segments: 3);
        var copying = await _rows.BeginCopyAsync(Id, Copy, Token);
        await DeleteLogAsync();

        Assert.False(await _rows.RetireAsync(rows, rows.Segments[..1], 10, Token));
        Assert.Null(await _rows.BeginCopyAsync(Id, new SegmentName("copies/t/p/0000000000000000000-c1"), Token));
        Assert.False(await _rows.SwitchAsync(Id, rows.Segments[..2], CopyOf(0, 20), copying!, Token));
        Assert.False(await _rows.MarkAsync(Id, [(rows.Segments[0], Segment(0))], Token));
    }

    [Fact]
    public async Task A_mark_changes_what_a_row_says_unless_others_changed_it_before()
    {
        var rows = await StoreAsync(segments: 2);

        Assert.True(await _rows.MarkAsync(Id, [(rows.Segments[0], Segment(0) with { CleanedAt = 5 })], Token));
        Assert.False(await _rows.MarkAsync(Id, [(rows.Segments[0], Segment(0) with { CleanedAt = 6 })], Token));

        Assert.Equal(5, (await _rows.ReadAsync(Id, Token))!.Segments[0].Row.CleanedAt);
    }

    private static long Base(StoredSegment segment) => segment.Row.BaseOffset;

    private static SegmentRow CopyOf(long baseOffset, long nextOffset) =>
        Segment(0) with { Segment = Copy.Value, BaseOffset = baseOffset, NextOffset = nextOffset, Copied = true };

    private static byte[] Json(SegmentRow row) =>
        JsonSerializer.SerializeToUtf8Bytes(row, LogRowsJson.Default.SegmentRow);

    private static byte[] Json(HeadRow row) => JsonSerializer.SerializeToUtf8Bytes(row, LogRowsJson.Default.HeadRow);

    private async Task<LogRows> StoreAsync(int segments, long logStart = 0)
    {
        await InsertAsync(
            LogKeys.Head(Id), Json(new HeadRow("active", segments * 10, 0, logStart, Deleted: false)));
        for (var place = 0; place < segments; place++)
        {
            await InsertAsync(LogKeys.Segment(Id, place * 10), Json(Segment(place) with { Index = new byte[24] }));
        }

        return (await _rows.ReadAsync(Id, Token))!;
    }

    private async Task InsertAsync(string key, byte[] content) => Assert.IsType<TableTransaction.Committed>(
        await _tables.ExecuteAsync(LogKeys.Partition(Id), [new RowChange.Insert(key, content)], Token));

    private ValueTask MoveHeadAsync() => ChangeHeadAsync(static head => head with { CheckpointPosition = 99 });

    private ValueTask DeleteLogAsync() => ChangeHeadAsync(static head => head with { Deleted = true });

    private async ValueTask ChangeHeadAsync(Func<HeadRow, HeadRow> change)
    {
        var row = (await _tables.GetAsync(LogKeys.Partition(Id), LogKeys.Head(Id), Token))!;
        var head = Json(change(RowJson.Read(row, LogRowsJson.Default.HeadRow)));
        Assert.IsType<TableTransaction.Committed>(await _tables.ExecuteAsync(
            LogKeys.Partition(Id), [new RowChange.Replace(row.Key, head, row.Version)], Token));
    }

    private void BeforeTheNextWrite(Func<ValueTask> act) => _tables.Interception.Before = async call =>
    {
        if (call.Operation == StorageOperation.ExecuteTransaction)
        {
            _tables.Interception.Before = null;
            await act();
        }
    };

    private void LoseTheNextWrite(bool happens)
    {
        async ValueTask LoseAsync(StorageCall call)
        {
            if (call.Operation == StorageOperation.ExecuteTransaction)
            {
                (_tables.Interception.Before, _tables.Interception.After) = (null, null);
                await ValueTask.CompletedTask;
                throw new StorageOutcomeUnknownException("The answer was lost.");
            }
        }

        if (happens)
        {
            _tables.Interception.After = LoseAsync;
        }
        else
        {
            _tables.Interception.Before = LoseAsync;
        }
    }
}
