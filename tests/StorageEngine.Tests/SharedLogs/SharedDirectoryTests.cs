using Serverless.StorageEngine.Diagnostics;
using Serverless.StorageEngine.SharedLogs;
using Serverless.StorageEngine.Simulation;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Tests.SharedLogs;

public sealed class SharedDirectoryTests : IDisposable
{
    private static readonly string Partition = SharedKeys.Partition(SomeShared.Log);
    private static readonly string Carrier = SharedKeys.Carrier(SomeShared.Log, 0);

    private readonly EngineMeters _meters = new();
    private readonly SimulatedTableStore _tables = new(TimeProvider.System);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _meters.Dispose();

    [Fact]
    public async Task Rows_that_somebody_changes_meanwhile_are_removed_by_another_try()
    {
        await WriteAsync(version: null);
        Meanwhile(times: 1);

        await Directory().RemoveAsync(Token);

        Assert.Null(await _tables.GetAsync(Partition, Carrier, Token));
    }

    [Fact]
    public async Task Who_removes_rows_that_others_change_again_and_again_gives_up()
    {
        await WriteAsync(version: null);
        Meanwhile(times: int.MaxValue);

        await Assert.ThrowsAsync<StorageUnavailableException>(async () => await Directory().RemoveAsync(Token));
    }

    private SharedDirectory Directory() => new(SomeShared.Log, new SharedContext(
        new SimulatedSegmentStore(),
        [""],
        _tables,
        new SharedTuning { RetryDelayMin = TimeSpan.FromTicks(1), RetryDelayMax = TimeSpan.FromTicks(1) },
        new RecentPieces(0),
        _meters,
        TimeProvider.System,
        new Random(1)));

    // Another node writes the row in front of each transaction.
    private void Meanwhile(int times)
    {
        _tables.Interception.Before = async call =>
        {
            if (call.Operation != StorageOperation.ExecuteTransaction || times-- == 0)
            {
                return;
            }

            var before = _tables.Interception.Before;
            _tables.Interception.Before = null;
            await WriteAsync((await _tables.GetAsync(Partition, Carrier, Token))!.Version);
            _tables.Interception.Before = before;
        };
    }

    private async Task WriteAsync(RowVersion? version)
    {
        RowChange change = version is { } known
            ? new RowChange.Replace(Carrier, "{}"u8.ToArray(), known)
            : new RowChange.Insert(Carrier, "{}"u8.ToArray());
        Assert.IsType<TableTransaction.Committed>(await _tables.ExecuteAsync(Partition, [change], Token));
    }
}
