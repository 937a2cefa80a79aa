using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Simulation.Histories;

/// <summary>Records every transaction that takes effect in a store that answers at once, as the simulated one
/// does.</summary>
/// <param name="inner">The store. An effect that its answer follows later would be recorded too late.</param>
/// <param name="history">Where to.</param>
/// <param name="clock">The service's, or null.</param>
public sealed class RecordedTableStore(ITableStore inner, History history, TimeProvider? clock = null) : ITableStore
{
    /// <inheritdoc/>
    public ValueTask<TableRow?> GetAsync(string partition, string rowKey, CancellationToken cancellationToken) =>
        inner.GetAsync(partition, rowKey, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<TablePage> QueryAsync(
        string partition, RowRange range, int rowsMax, CancellationToken cancellationToken) =>
        inner.QueryAsync(partition, range, rowsMax, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<TableTransaction> ExecuteAsync(
        string partition, IReadOnlyList<RowChange> changes, CancellationToken cancellationToken)
    {
        var outcome = await inner.ExecuteAsync(partition, changes, cancellationToken);
        if (outcome is TableTransaction.Committed)
        {
            history.Stored(
                partition,
                [.. changes.Where(static change => change is not RowChange.Check)
                    .Select(static change => KeyValuePair.Create(change.Key, Content(change)))],
                clock?.GetUtcNow().ToUnixTimeMilliseconds() ?? 0);
        }

        return outcome;
    }

    private static byte[]? Content(RowChange change) => change switch
    {
        RowChange.Insert insert => insert.Value.ToArray(),
        RowChange.Replace replace => replace.Value.ToArray(),
        _ => null,
    };
}
