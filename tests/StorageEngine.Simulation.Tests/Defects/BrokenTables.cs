using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Simulation.Tests.Defects;

/// <summary>A table store that does what another one does, but for what is set.</summary>
/// <param name="inner">The store that works.</param>
internal sealed class BrokenTables(ITableStore inner) : ITableStore
{
    /// <summary>What is executed instead of some changes of a partition.</summary>
    public Func<string, IReadOnlyList<RowChange>, IReadOnlyList<RowChange>>? Change { get; init; }

    /// <summary>What is read instead of a row.</summary>
    public Func<TableRow, TableRow>? Read { get; init; }

    public async ValueTask<TableRow?> GetAsync(string partition, string rowKey, CancellationToken cancellationToken) =>
        await inner.GetAsync(partition, rowKey, cancellationToken) is { } row ? Read?.Invoke(row) ?? row : null;

    public async ValueTask<TablePage> QueryAsync(
        string partition, RowRange range, int rowsMax, CancellationToken cancellationToken)
    {
        var page = await inner.QueryAsync(partition, range, rowsMax, cancellationToken);
        return Read is null ? page : page with { Rows = [.. page.Rows.Select(Read)] };
    }

    public ValueTask<TableTransaction> ExecuteAsync(
        string partition, IReadOnlyList<RowChange> changes, CancellationToken cancellationToken) =>
        inner.ExecuteAsync(partition, Change?.Invoke(partition, changes) ?? changes, cancellationToken);
}
