using Serverless.StorageEngine.Storage;

namespace Serverless.Benchmarks.Latency;

/// <summary>A table store at the end of a wire, as <see cref="DistantSegments"/>.</summary>
/// <param name="inner">The store, which answers at once.</param>
/// <param name="model">How long calls take.</param>
/// <param name="waitAsync">Lets time pass.</param>
/// <param name="random">Draws each call; for one thread.</param>
internal sealed class DistantTables(
    ITableStore inner, LatencyModel model, Func<TimeSpan, Task> waitAsync, Random random) : ITableStore
{
    public ValueTask<TableRow?> GetAsync(string partition, string rowKey, CancellationToken cancellationToken) =>
        CallAsync(() => inner.GetAsync(partition, rowKey, cancellationToken));

    public ValueTask<TablePage> QueryAsync(
        string partition, RowRange range, int rowsMax, CancellationToken cancellationToken) =>
        CallAsync(() => inner.QueryAsync(partition, range, rowsMax, cancellationToken));

    public ValueTask<TableTransaction> ExecuteAsync(
        string partition, IReadOnlyList<RowChange> changes, CancellationToken cancellationToken) =>
        CallAsync(() => inner.ExecuteAsync(partition, changes, cancellationToken));

    private async ValueTask<T> CallAsync<T>(Func<ValueTask<T>> effect)
    {
        var half = model.Read(random) / 2;
        await waitAsync(half);
        var answer = await effect();
        await waitAsync(half);
        return answer;
    }
}
