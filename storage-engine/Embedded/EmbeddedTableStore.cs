using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Embedded;

/// <summary>Table rows in the embedded database.</summary>
/// <param name="database">The file; the caller owns and disposes it.</param>
public sealed class EmbeddedTableStore(EmbeddedDatabase database) : ITableStore
{
    /// <inheritdoc/>
    public ValueTask<TableRow?> GetAsync(string partition, string rowKey, CancellationToken cancellationToken)
    {
        TableArguments.CheckKey(partition);
        TableArguments.CheckKey(rowKey);
        return database.ReadAsync(connection => connection.Rows.Get(partition, rowKey), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<TablePage> QueryAsync(
        string partition, RowRange range, int rowsMax, CancellationToken cancellationToken)
    {
        TableArguments.CheckQuery(partition, rowsMax);
        return database.ReadAsync(connection => connection.Rows.Query(partition, range, rowsMax), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<TableTransaction> ExecuteAsync(
        string partition, IReadOnlyList<RowChange> changes, CancellationToken cancellationToken)
    {
        TableArguments.CheckTransaction(partition, changes);
        var bytes = 0L;
        for (var i = 0; i < changes.Count; i++)
        {
            bytes += TableArguments.ContentBytes(changes[i]);
        }

        return database.WriteAsync(
            bytes,
            connection => connection.Rows.Execute(partition, changes, database.Clock.GetUtcNow()),
            cancellationToken);
    }
}
