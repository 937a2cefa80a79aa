using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Simulation.Tests.Rebalances;

/// <summary>Shows what takes effect in a table store, when it does.</summary>
/// <param name="inner">The store.</param>
/// <param name="written">Is told the table partition, and the row's key and content.</param>
internal sealed class WatchedTables(
    ITableStore inner, Action<string, string, ReadOnlyMemory<byte>> written) : ITableStore
{
    public ValueTask<TableRow?> GetAsync(string partition, string rowKey, CancellationToken cancellationToken) =>
        inner.GetAsync(partition, rowKey, cancellationToken);

    public ValueTask<TablePage> QueryAsync(
        string partition, RowRange range, int rowsMax, CancellationToken cancellationToken) =>
        inner.QueryAsync(partition, range, rowsMax, cancellationToken);

    public async ValueTask<TableTransaction> ExecuteAsync(
        string partition, IReadOnlyList<RowChange> changes, CancellationToken cancellationToken)
    {
        var outcome = await inner.ExecuteAsync(partition, changes, cancellationToken);
        foreach (var change in outcome is TableTransaction.Committed ? changes : [])
        {
            switch (change)
            {
                case RowChange.Insert insert:
                    written(partition, insert.Key, insert.Value);
                    break;
                case RowChange.Replace replace:
                    written(partition, replace.Key, replace.Value);
                    break;
            }
        }

        return outcome;
    }
}
