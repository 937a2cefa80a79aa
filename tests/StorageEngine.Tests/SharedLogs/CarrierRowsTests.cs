using Serverless.StorageEngine.Diagnostics;
using Serverless.StorageEngine.SharedLogs;
using Serverless.StorageEngine.Simulation;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Tests.SharedLogs;

/// <summary>The rows of sealed carriers, on nodes that only read and on those that write after a long time.</summary>
public sealed class CarrierRowsTests : IDisposable
{
    private readonly EngineMeters _meters = new();
    private readonly SimulatedSegmentStore _blobs = new();
    private readonly SimulatedTableStore _tables = new(TimeProvider.System);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _meters.Dispose();

    [Fact]
    public async Task A_node_that_only_reads_remembers_few_seals()
    {
        var reader = ContextOf(new SharedTuning { UnregisteredMax = 5 }, seed: 1);
        var directory = new SharedDirectory(SomeShared.Log, reader);
        var tail = new SharedTail(SomeShared.Log, new SharedView(directory, reader.Recent), directory, reader);
        await WriteCarriersAsync(1);
        Assert.True(await tail.RefreshAsync(create: false, Token));

        await WriteCarriersAsync(50);
        Assert.True(await tail.RefreshAsync(create: false, Token));

        Assert.False(directory.HasTooManyUnregistered);
    }

    [Fact]
    public async Task One_look_at_the_head_row_tells_of_all_seals_that_others_have_registered()
    {
        var reader = ContextOf(new SharedTuning { UnregisteredMax = 1_000 }, seed: 1);
        var directory = new SharedDirectory(SomeShared.Log, reader);
        var tail = new SharedTail(SomeShared.Log, new SharedView(directory, reader.Recent), directory, reader);
        await WriteCarriersAsync(1);
        Assert.True(await tail.RefreshAsync(create: false, Token));
        await WriteCarriersAsync(50);
        Assert.True(await tail.RefreshAsync(create: false, Token));
        _tables.Operations.Reset();

        await directory.WriteAsync(Token);

        Assert.Equal((1, 0), (_tables.Operations.TableReads, _tables.Operations.TableTransactions));
    }

    [Fact]
    public async Task Rows_that_cannot_be_written_keep_no_reader_from_what_it_reads()
    {
        var reader = ContextOf(new SharedTuning { UnregisteredMax = 5 }, seed: 1);
        var directory = new SharedDirectory(SomeShared.Log, reader);
        var view = new SharedView(directory, reader.Recent);
        var tail = new SharedTail(SomeShared.Log, view, directory, reader);
        await WriteCarriersAsync(1);
        Assert.True(await tail.RefreshAsync(create: false, Token));
        await WriteCarriersAsync(20);
        _tables.Interception.Before = static _ => throw new StorageUnavailableException("The tables are away.");

        Assert.True(await tail.RefreshAsync(create: false, Token));

        Assert.Equal(21, view.State!.CarrierNumber);
    }

    // So many, one after the other, with a piece in each.
    private async Task WriteCarriersAsync(int count)
    {
        var store = new SharedSegmentStore(ContextOf(new SharedTuning { CarrierBlocks = 1 }, seed: 2));
        var segment = SomeShared.Name(0);
        await store.CreateAsync(segment, Token);
        var length = (await store.GetLengthAsync(segment, Token))!.Value;
        for (var at = 0; at < count; at++)
        {
            Assert.Equal(
                SegmentAppend.Appended,
                await store.AppendAsync(segment, length + (10 * at), SomeShared.Bytes(10), Token));
        }
    }

    private SharedContext ContextOf(SharedTuning tuning, int seed) => new(
        _blobs, [""], _tables, tuning, new RecentPieces(1_000_000), _meters, TimeProvider.System, new Random(seed));
}
