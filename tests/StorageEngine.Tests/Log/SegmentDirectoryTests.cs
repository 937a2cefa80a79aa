using Serverless.StorageEngine.Compression;
using Serverless.StorageEngine.Diagnostics;
using Serverless.StorageEngine.Leases;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Log.Rows;
using Serverless.StorageEngine.SharedLogs;
using Serverless.StorageEngine.Simulation;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Tests.Log;

public sealed class SegmentDirectoryTests : IDisposable
{
    private static readonly LogId Log = new(7);

    private readonly EngineMeters _meters = new();
    private readonly SimulatedTableStore _tables = new(TimeProvider.System);

    public void Dispose() => _meters.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_segment_with_records_gets_the_row_of_an_empty_one_that_began_at_the_same_offset(bool again)
    {
        var (head, directory) = NewNode();
        var row = new HeadRow("first", 0, CheckpointPosition: -1, LogStartOffset: 0, Deleted: false);
        var leader = new Lease("node", "", 1, DateTimeOffset.UnixEpoch);
        await head.TryCreateAsync(row, leader, TestContext.Current.CancellationToken);
        directory.NoteSealed(RowOf("first", 0, 5, sealBlock: 9));
        directory.NoteSealed(RowOf("empty", 5, 5, sealBlock: 11));
        directory.NoteSealed(RowOf("filled", 5, 9, sealBlock: 20));
        await directory.WriteAsync(checkpoint: null, TestContext.Current.CancellationToken);

        if (again)
        {
            // Another node that is late registers the empty one once more.
            var late = NewDirectory();
            late.NoteSealed(RowOf("empty", 5, 5, sealBlock: 11));
            await late.WriteAsync(checkpoint: null, TestContext.Current.CancellationToken);
        }

        var found = await NewDirectory().FindAsync(7, TestContext.Current.CancellationToken);
        Assert.Equal("filled", found?.Segment);
    }

    [Fact]
    public async Task A_sealed_segment_that_the_head_has_passed_had_its_row_and_gets_none_again()
    {
        var (head, directory) = NewNode();
        var passed = new HeadRow("second", 5, CheckpointPosition: 0, LogStartOffset: 0, Deleted: false, 41);
        var leader = new Lease("node", "", 1, DateTimeOffset.UnixEpoch);
        await head.TryCreateAsync(passed, leader, TestContext.Current.CancellationToken);
        directory.NoteSealed(RowOf("first", 0, 5, sealBlock: 9));
        await directory.WriteAsync(checkpoint: null, TestContext.Current.CancellationToken);

        Assert.Null(await NewDirectory().FindAsync(3, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Of_two_segments_that_begin_at_one_offset_the_head_is_in_the_later_one()
    {
        var early = new HeadRow("empty", 5, CheckpointPosition: 100, LogStartOffset: 0, Deleted: false, 40);
        var late = new HeadRow("filled", 5, CheckpointPosition: 0, LogStartOffset: 0, Deleted: false, 41);
        var (head, directory) = NewNode();
        var leader = new Lease("node", "", 1, DateTimeOffset.UnixEpoch);
        await head.TryCreateAsync(early, leader, TestContext.Current.CancellationToken);

        await directory.WriteAsync(late, TestContext.Current.CancellationToken);
        await NewDirectory().WriteAsync(early, TestContext.Current.CancellationToken);

        Assert.Equal(late, (await NewNode().Head.ReadAsync(TestContext.Current.CancellationToken))?.Row);
        Assert.Equal(late, head.Known);
    }

    [Fact]
    public async Task A_row_of_an_empty_segment_holds_no_offset()
    {
        var (head, directory) = NewNode();
        var row = new HeadRow("empty", 5, CheckpointPosition: -1, LogStartOffset: 0, Deleted: false);
        var leader = new Lease("node", "", 1, DateTimeOffset.UnixEpoch);
        await head.TryCreateAsync(row, leader, TestContext.Current.CancellationToken);
        directory.NoteSealed(RowOf("empty", 5, 5, sealBlock: 11));
        await directory.WriteAsync(checkpoint: null, TestContext.Current.CancellationToken);

        Assert.Null(await NewDirectory().FindAsync(6, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_segment_that_is_found_replaced_while_its_row_is_written_costs_the_next_one_no_row()
    {
        var cancelled = TestContext.Current.CancellationToken;
        var (head, directory) = NewNode();
        var row = new HeadRow("first", 0, CheckpointPosition: -1, LogStartOffset: 0, Deleted: false);
        await head.TryCreateAsync(row, new Lease("node", "", 1, DateTimeOffset.UnixEpoch), cancelled);
        var first = RowOf("first", 0, 5, sealBlock: 9);
        directory.NoteSealed(first);
        directory.NoteSealed(RowOf("second", 5, 9, sealBlock: 20));
        _tables.Interception.Before = async _ =>
        {
            _tables.Interception.Before = null;
            var other = NewDirectory();
            other.NoteSealed(RowOf("copy", 0, 5, sealBlock: 9));
            await other.WriteAsync(checkpoint: null, cancelled);
            Assert.True(await directory.IsReplacedAsync(first, 3, cancelled));
        };

        await directory.WriteAsync(checkpoint: null, cancelled);

        Assert.Equal("second", (await NewDirectory().FindAsync(7, cancelled))?.Segment);
        Assert.Equal("copy", (await NewDirectory().FindAsync(3, cancelled))?.Segment);
    }

    private SegmentDirectory NewDirectory() => NewNode().Directory;

    private (LogHead Head, SegmentDirectory Directory) NewNode()
    {
        var context = new LogContext(
            new SharedSegmentStore(new SharedContext(
                new SimulatedSegmentStore(),
                [""],
                _tables,
                new SharedTuning(),
                new RecentPieces(0),
                _meters,
                TimeProvider.System,
                new Random(1))),
            _tables,
            new NodeIdentity(1, ""),
            new EventLogSettings(),
            new BlockCache(1),
            new ByteBudget(1),
            new OpeningMemory(1),
            new ByteBudget(1),
            new Codecs(),
            _meters,
            TimeProvider.System,
            new Random(1),
            static failure => Assert.Fail(failure.ToString()));
        var head = new LogHead(Log, context);
        return (head, new SegmentDirectory(Log, head, context));
    }

    private static SegmentRow RowOf(string segment, long from, long to, long sealBlock)
    {
        var state = LogState.Empty(Log, new SegmentName(segment)) with
        {
            SegmentBaseOffset = from,
            NextOffset = to,
            NextBlockNumber = sealBlock,
        };
        return SegmentRow.Of(state, position: 100, length: 10, sealedAt: 0);
    }
}
