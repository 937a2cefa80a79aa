using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Tests.Topics;

/// <summary>A way to a store on which everything that was written can arrive once more.</summary>
internal sealed class RepeatedWrites(ITableStore store) : ITableStore
{
    private readonly List<(string Partition, IReadOnlyList<RowChange> Changes)> _sent = [];

    public ValueTask<TableRow?> GetAsync(string partition, string rowKey, CancellationToken cancellationToken) =>
        store.GetAsync(partition, rowKey, cancellationToken);

    public ValueTask<TablePage> QueryAsync(
        string partition, RowRange range, int rowsMax, CancellationToken cancellationToken) =>
        store.QueryAsync(partition, range, rowsMax, cancellationToken);

    public ValueTask<TableTransaction> ExecuteAsync(
        string partition, IReadOnlyList<RowChange> changes, CancellationToken cancellationToken)
    {
        _sent.Add((partition, changes));
        return store.ExecuteAsync(partition, changes, cancellationToken);
    }

    /// <summary>All of it arrives again.</summary>
    public async ValueTask RepeatAsync()
    {
        foreach (var (partition, changes) in _sent)
        {
            await store.ExecuteAsync(partition, changes, CancellationToken.None);
        }
    }
}
