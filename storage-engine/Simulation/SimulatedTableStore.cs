using System.Globalization;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Simulation;

/// <summary>Table rows in memory: the whole contract of the port, on the clock that is handed in.</summary>
/// <param name="clock">
/// Stamps <see cref="TableRow.WrittenAt"/>; a clock that goes back does not make the stamps go back.
/// </param>
/// <remarks>
/// Calls complete before they return unless a hook of <see cref="Interception"/> waits, so whoever schedules the
/// callers decides every interleaving. Safe for concurrent callers. Versions count the changes of the whole store.
/// </remarks>
public sealed class SimulatedTableStore(TimeProvider clock) : ITableStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, SortedDictionary<string, TableRow>> _partitions = new(StringComparer.Ordinal);
    private DateTimeOffset _lastWrittenAt = DateTimeOffset.MinValue;
    private long _lastVersion;

    /// <summary>What callers asked of this store.</summary>
    public StorageOperations Operations { get; } = new();

    /// <summary>The hooks around every call.</summary>
    public StorageInterception Interception { get; } = new();

    /// <inheritdoc/>
    public ValueTask<TableRow?> GetAsync(string partition, string rowKey, CancellationToken cancellationToken)
    {
        TableArguments.CheckKey(partition);
        TableArguments.CheckKey(rowKey);
        return AroundAsync(
            new StorageCall(StorageOperation.GetRow, partition, RowKey: rowKey),
            () => Get(partition, rowKey),
            cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<TablePage> QueryAsync(
        string partition, RowRange range, int rowsMax, CancellationToken cancellationToken)
    {
        TableArguments.CheckQuery(partition, rowsMax);
        return AroundAsync(
            new StorageCall(StorageOperation.QueryRows, partition, RowKey: range.From),
            () => Query(partition, range, rowsMax),
            cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<TableTransaction> ExecuteAsync(
        string partition, IReadOnlyList<RowChange> changes, CancellationToken cancellationToken)
    {
        TableArguments.CheckTransaction(partition, changes);
        return AroundAsync(
            new StorageCall(StorageOperation.ExecuteTransaction, partition, RowKey: changes[0].Key),
            () => Execute(partition, changes),
            cancellationToken);
    }

    private TableRow? Get(string partition, string rowKey)
    {
        var row = _partitions.GetValueOrDefault(partition)?.GetValueOrDefault(rowKey);
        Operations.Read(row?.Value.Length ?? 0);
        return row;
    }

    private TablePage Query(string partition, RowRange range, int rowsMax)
    {
        IEnumerable<TableRow> rows = _partitions.GetValueOrDefault(partition)?.Values ?? Enumerable.Empty<TableRow>();

        // One row more than asked for tells whether more follow.
        var found = rows.Where(row => range.Contains(row.Key)).Take(rowsMax + 1).ToList();
        var page = new TablePage(found.Take(rowsMax).ToArray(), More: found.Count > rowsMax);
        Operations.Read(page.Rows.Sum(static row => (long)row.Value.Length));
        return page;
    }

    private TableTransaction Execute(string partition, IReadOnlyList<RowChange> changes)
    {
        var rows = _partitions.GetValueOrDefault(partition) ?? new(StringComparer.Ordinal);
        for (var i = 0; i < changes.Count; i++)
        {
            if (!Holds(changes[i], rows.GetValueOrDefault(changes[i].Key)))
            {
                return new TableTransaction.Conflict(i);
            }
        }

        _partitions[partition] = rows;
        var now = clock.GetUtcNow();
        _lastWrittenAt = now > _lastWrittenAt ? now : _lastWrittenAt;
        return new TableTransaction.Committed(changes.Select(change => Apply(rows, change)).ToArray());
    }

    // The changes name different rows, so each condition can be judged against the rows as they were.
    private static bool Holds(RowChange change, TableRow? row) => change switch
    {
        RowChange.Insert => row is null,
        RowChange.Replace replace => row?.Version == replace.Version,
        RowChange.Check check => row?.Version == check.Version,
        RowChange.Delete delete => row?.Version == delete.Version,
        _ => throw new ArgumentException($"{change} is no change that a table store knows.", nameof(change)),
    };

    private RowVersion? Apply(SortedDictionary<string, TableRow> rows, RowChange change)
    {
        if (change is RowChange.Delete)
        {
            rows.Remove(change.Key);
            return null;
        }

        var value = change switch
        {
            RowChange.Insert insert => insert.Value.ToArray(),
            RowChange.Replace replace => replace.Value.ToArray(),
            _ => rows[change.Key].Value,
        };
        var version = new RowVersion((++_lastVersion).ToString(CultureInfo.InvariantCulture));
        rows[change.Key] = new TableRow(change.Key, value, version, _lastWrittenAt);
        Operations.Wrote(TableArguments.ContentBytes(change));
        return version;
    }

    private ValueTask<T> AroundAsync<T>(StorageCall call, Func<T> effect, CancellationToken cancellationToken) =>
        Interception.AroundAsync(call, Operations, () => Locked(effect), cancellationToken);

    private T Locked<T>(Func<T> effect)
    {
        lock (_lock)
        {
            return effect();
        }
    }
}
