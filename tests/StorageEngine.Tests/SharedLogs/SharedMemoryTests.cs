using Serverless.StorageEngine.Diagnostics;
using Serverless.StorageEngine.SharedLogs;
using Serverless.StorageEngine.SharedLogs.Blocks;
using Serverless.StorageEngine.Simulation;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Tests.SharedLogs;

/// <summary>What a node keeps in memory of its shared logs.</summary>
public sealed class SharedMemoryTests : IDisposable
{
    private readonly EngineMeters _meters = new();
    private readonly SimulatedSegmentStore _blobs = new();
    private readonly SimulatedTableStore _tables = new(TimeProvider.System);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _meters.Dispose();

    [Fact]
    public async Task What_is_remembered_of_sealed_carriers_is_bounded_over_all_shared_logs()
    {
        const int Logs = 5, Carriers = 20, BytesMax = 10_000;
        var writer = new SharedSegmentStore(ContextOf(new SharedTuning { CarrierBlocks = 1 }));
        for (var log = 0; log < Logs; log++)
        {
            await writer.CreateAsync(SegmentOf(log), Token);
            for (var at = 0; at < Carriers; at++)
            {
                await writer.AppendAsync(SegmentOf(log), at, SomeShared.Bytes(1, (byte)at), Token);
            }
        }

        var context = ContextOf(new SharedTuning { CarriersCachedBytesMax = BytesMax });
        var (reader, most) = (new SharedSegmentStore(context), 0L);
        for (var log = 0; log < Logs; log++)
        {
            for (var at = 0; at < Carriers; at++)
            {
                var one = new byte[1];
                Assert.Equal(1, (await reader.ReadAsync(SegmentOf(log), at, one, Token)).Count);
                Assert.Equal(at, one[0]);
                most = Math.Max(most, context.Carriers.Bytes);
            }
        }

        Assert.InRange(most, BytesMax / 2, BytesMax);
    }

    [Fact]
    public async Task Of_too_many_open_shared_logs_the_one_that_was_used_longest_ago_is_forgotten()
    {
        var store = new SharedSegmentStore(ContextOf(new SharedTuning()));
        for (var log = 0; log < SharedSegmentStore.OpenLogsMax; log++)
        {
            await store.CreateAsync(SegmentOf(log), Token);
        }

        await store.AppendAsync(SegmentOf(0), 0, SomeShared.Bytes(1), Token);
        await store.CreateAsync(SegmentOf(SharedSegmentStore.OpenLogsMax), Token);
        _tables.Operations.Reset();

        await store.AppendAsync(SegmentOf(0), 1, SomeShared.Bytes(1), Token);
        await store.AppendAsync(SegmentOf(2), 0, SomeShared.Bytes(1), Token);
        Assert.Equal(0, _tables.Operations.TableReads);
        await store.AppendAsync(SegmentOf(1), 0, SomeShared.Bytes(1), Token);
        Assert.Equal(1, _tables.Operations.TableReads);
    }

    [Fact]
    public void Bytes_of_a_block_are_found_until_it_is_out_of_memory()
    {
        var block = new RecentBlock(position: 100, new byte[] { 1, 2, 3, 4 });
        var extent = new Extent(Position: 0, At: 101, Length: 2, block);

        Assert.Equal([2, 3], extent.Bytes.ToArray());
        block.Drop();
        Assert.True(extent.Bytes.IsEmpty);
    }

    private static SegmentName SegmentOf(int log) => new($"shared/g-{log}/a");

    private SharedContext ContextOf(SharedTuning tuning) => new(
        _blobs, [""], _tables, tuning, new RecentPieces(0), _meters, TimeProvider.System, new Random(1));
}
