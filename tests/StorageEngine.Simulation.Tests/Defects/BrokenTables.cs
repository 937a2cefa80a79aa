using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Simulation.Tests.Defects;

/// <summary>A table store that does what another one does, but for what is set.</summary>
/// <param name="inner">The store that works.</param>
internal sealed class BrokenTables(ITableStore inner) : ITableStore
{
    /// <summary>What is executed instead of some changes of a partition.</summary>
    public Func<string, IReadOnlyList<RowChange>, IReadOnlyList<RowChange>>? Change { get; init; }

    public ValueTask<TableRow?> GetAsync(string partition, string rowKey, CancellationToken cancellationToken) =>
        inner.GetAsync(partition, rowKey, cancellationToken);

    public ValueTask<TablePage> QueryAsync(
        string partition, RowRange range, int rowsMax, CancellationToken cancellationToken) =>
        inner.QueryAsync(partition, range, rowsMax, cancellationToken);

    public ValueTask<TableTransaction> ExecuteAsync(
        string partition, IReadOnlyList<RowChange> changes, CancellationToken cancellationToken) =>
        inner.ExecuteAsync(partition, Change?.Invoke(partition, changes) ?? changes, cancellationToken);
}
