using Serverless.StorageEngine.Diagnostics;

namespace Serverless.StorageEngine.Storage;

/// <summary>A table store in which no call takes for ever and every paid operation is counted.</summary>
internal sealed class BoundedTableStore(ITableStore store, StorageDeadline deadline, EngineMeters meters) : ITableStore
{
    /// <inheritdoc/>
    public ValueTask<TableRow?> GetAsync(string partition, string rowKey, CancellationToken cancellationToken)
    {
        meters.CountStorage("table.get");
        return deadline.ReadAsync(partition, token => store.GetAsync(partition, rowKey, token), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<TablePage> QueryAsync(
        string partition, RowRange range, int rowsMax, CancellationToken cancellationToken)
    {
        meters.CountStorage("table.query");
        return deadline.ReadAsync(
            partition, token => store.QueryAsync(partition, range, rowsMax, token), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<TableTransaction> ExecuteAsync(
        string partition, IReadOnlyList<RowChange> changes, CancellationToken cancellationToken)
    {
        meters.CountStorage("table.transaction");
        return deadline.WriteAsync(
            partition, token => store.ExecuteAsync(partition, changes, token), cancellationToken);
    }
}
