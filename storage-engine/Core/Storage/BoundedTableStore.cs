using Serverless.StorageEngine.Diagnostics;

namespace Serverless.StorageEngine.Storage;

/// <summary>A table store in which no call takes for ever and every paid operation is counted.</summary>
/// <param name="store">The adapter.</param>
/// <param name="meters">Counts the operations; owned by the caller.</param>
/// <param name="time">The only clock.</param>
public sealed class BoundedTableStore(ITableStore store, EngineMeters meters, TimeProvider time) : ITableStore
{
    private readonly StorageDeadline _deadline = new(time);

    /// <inheritdoc/>
    public ValueTask<TableRow?> GetAsync(string partition, string rowKey, CancellationToken cancellationToken)
    {
        meters.CountStorage("table.get");
        return _deadline.ReadAsync(partition, token => store.GetAsync(partition, rowKey, token), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<TablePage> QueryAsync(
        string partition, RowRange range, int rowsMax, CancellationToken cancellationToken)
    {
        meters.CountStorage("table.query");
        return _deadline.ReadAsync(
            partition, token => store.QueryAsync(partition, range, rowsMax, token), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<TableTransaction> ExecuteAsync(
        string partition, IReadOnlyList<RowChange> changes, CancellationToken cancellationToken)
    {
        meters.CountStorage("table.transaction");
        return _deadline.WriteAsync(
            partition, token => store.ExecuteAsync(partition, changes, token), cancellationToken);
    }
}
