using Serverless.StorageEngine.Diagnostics;

namespace Serverless.StorageEngine.Storage;

/// <summary>
/// A table store in which no call takes for ever, none is made while the service is silent, and every paid operation is
/// counted. One for all users of a node, since it learns from each call whether the service answers.
/// </summary>
public sealed class BoundedTableStore : ITableStore
{
    // Never written: the answer that it is not there is an answer.
    private const string Probed = "health";

    private readonly ITableStore _store;
    private readonly StorageCalls _calls;
    private readonly StorageDeadline _deadline;

    /// <summary>Touches no storage.</summary>
    /// <param name="store">The adapter.</param>
    /// <param name="meters">Counts the operations; owned by the caller.</param>
    /// <param name="time">The only clock.</param>
    public BoundedTableStore(ITableStore store, EngineMeters meters, TimeProvider time)
    {
        (_store, _calls) = (store, new StorageCalls(meters, time));
        _deadline = new StorageDeadline(new StorageWatch("The table store", ProbeAsync, time), time);
    }

    /// <inheritdoc/>
    public ValueTask<TableRow?> GetAsync(string partition, string rowKey, CancellationToken cancellationToken) =>
        _deadline.ReadAsync(
            partition,
            token => _calls.MakeAsync(
                "table.get", partition, limit => _store.GetAsync(partition, rowKey, limit), token),
            cancellationToken);

    /// <inheritdoc/>
    public ValueTask<TablePage> QueryAsync(
        string partition, RowRange range, int rowsMax, CancellationToken cancellationToken) =>
        _deadline.ReadAsync(
            partition,
            token => _calls.MakeAsync(
                "table.query", partition, limit => _store.QueryAsync(partition, range, rowsMax, limit), token),
            cancellationToken);

    /// <inheritdoc/>
    public ValueTask<TableTransaction> ExecuteAsync(
        string partition, IReadOnlyList<RowChange> changes, CancellationToken cancellationToken) =>
        _deadline.WriteAsync(
            partition,
            token => _calls.MakeAsync(
                "table.transaction", partition, limit => _store.ExecuteAsync(partition, changes, limit), token),
            cancellationToken);

    private async ValueTask ProbeAsync(CancellationToken cancellationToken) => await _calls.MakeAsync(
        "table.get", Probed, token => _store.GetAsync(Probed, Probed, token), cancellationToken);
}
