namespace Serverless.StorageEngine.Storage;

/// <summary>Small rows with versions, grouped in partitions; changed only under conditions.</summary>
/// <remarks>
/// Every adapter passes <c>TableStoreConformance</c>. An adapter may retry reads, never writes. Every method may throw
/// <see cref="StorageUnavailableException"/> (nothing happened; may be retried). Keys are limited to
/// <see cref="TableLimits.KeyLengthMax"/> characters and must not contain <c>/ \ # ?</c> or control characters; see
/// <see cref="TableKey.Escape"/>. A row key should be unique over all partitions as far as possible (Azurite indexes
/// by row key alone).
/// </remarks>
public interface ITableStore
{
    /// <summary>Reads one row, or null when there is none. Strongly consistent.</summary>
    ValueTask<TableRow?> GetAsync(string partition, string rowKey, CancellationToken cancellationToken);

    /// <summary>Reads rows of one partition in ordinal order of their keys, one page per call.</summary>
    /// <param name="partition">The partition to read.</param>
    /// <param name="range">Which row keys.</param>
    /// <param name="rowsMax">1 to <see cref="TableLimits.PageRowsMax"/>; a page may hold fewer, even when more
    /// follow.</param>
    /// <param name="cancellationToken">Abandons the read.</param>
    /// <returns>
    /// The rows, and whether more follow. To go on, ask again with <c>range.After(lastRowKey)</c>. Each page is a
    /// snapshot of its own; changes may come between pages.
    /// </returns>
    ValueTask<TablePage> QueryAsync(string partition, RowRange range, int rowsMax, CancellationToken cancellationToken);

    /// <summary>Applies all changes to rows of one partition atomically and durably, or none of them.</summary>
    /// <param name="partition">The partition that all rows belong to; it need not exist.</param>
    /// <param name="changes">1 to <see cref="TableLimits.TransactionRowsMax"/> changes of different rows.</param>
    /// <param name="cancellationToken">Abandons the wait, not the write: the outcome is then unknown.</param>
    /// <returns>The new versions, or which condition did not hold.</returns>
    /// <exception cref="StorageOutcomeUnknownException">All or none of the changes happened. Read before trying
    /// again.</exception>
    ValueTask<TableTransaction> ExecuteAsync(
        string partition, IReadOnlyList<RowChange> changes, CancellationToken cancellationToken);
}
