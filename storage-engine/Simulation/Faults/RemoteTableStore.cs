using Serverless.StorageEngine.Simulation.World;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Simulation.Faults;

/// <summary>The table store as one node reaches it. What goes over the wire is copied.</summary>
/// <param name="store">The store at the other end, which answers at once.</param>
/// <param name="wire">The way there.</param>
internal sealed class RemoteTableStore(ITableStore store, StorageWire wire) : ITableStore
{
    /// <inheritdoc/>
    public ValueTask<TableRow?> GetAsync(string partition, string rowKey, CancellationToken cancellationToken) =>
        wire.CallAsync(
            new StorageCall(StorageOperation.GetRow, partition, RowKey: rowKey),
            new StorageMessage<TableRow?>(async _ =>
                await store.GetAsync(partition, rowKey, CancellationToken.None) is { } row ? Copy(row) : null),
            cancellationToken);

    /// <inheritdoc/>
    public ValueTask<TablePage> QueryAsync(
        string partition, RowRange range, int rowsMax, CancellationToken cancellationToken) =>
        wire.CallAsync(
            new StorageCall(StorageOperation.QueryRows, partition, RowKey: range.From),
            new StorageMessage<TablePage>(
                async _ =>
                {
                    var page = await store.QueryAsync(partition, range, rowsMax, CancellationToken.None);
                    return page with { Rows = [.. page.Rows.Select(Copy)] };
                },
                Shorten),
            cancellationToken);

    /// <inheritdoc/>
    public ValueTask<TableTransaction> ExecuteAsync(
        string partition, IReadOnlyList<RowChange> changes, CancellationToken cancellationToken)
    {
        TableArguments.CheckTransaction(partition, changes);
        RowChange[] copy = [.. changes.Select(Copy)];
        return wire.CallAsync(
            new StorageCall(StorageOperation.ExecuteTransaction, partition, RowKey: changes[0].Key),
            new StorageMessage<TableTransaction>(
                _ => store.ExecuteAsync(partition, copy, CancellationToken.None)),
            cancellationToken);
    }

    // The service may end a page wherever it likes, even before the first row, as long as it says that more follow.
    private static TablePage Shorten(TablePage page, SeededRandom draws) => page.Rows.Count < 2
        ? page
        : new TablePage([.. page.Rows.Take(draws.Next(1, page.Rows.Count))], More: true);

    private static TableRow Copy(TableRow row) => row with { Value = row.Value.ToArray() };

    private static RowChange Copy(RowChange change) => change switch
    {
        RowChange.Insert insert => insert with { Value = insert.Value.ToArray() },
        RowChange.Replace replace => replace with { Value = replace.Value.ToArray() },
        _ => change,
    };
}
