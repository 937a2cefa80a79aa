using System.Text.Json;
using Serverless.StorageEngine.Leases;
using Serverless.StorageEngine.Log.Rows;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Log;

/// <summary>The head row of one log: where to open it, where it starts, whether it was deleted. Every update may be lost
/// or done by another node.</summary>
internal sealed class LogHead(LogId log, LogContext context)
{
    private const int AttemptsMax = 8;
    private readonly Lock _lock = new();
    private readonly string _partition = LogKeys.Partition(log);
    private HeadRow? _known;

    /// <summary>The row as last read or written; null while the log has none.</summary>
    public HeadRow? Known
    {
        get
        {
            lock (_lock)
            {
                return _known;
            }
        }
    }

    /// <summary>Reads head and lease in one query.</summary>
    public async ValueTask<(HeadRow? Head, Lease? Lease, RowVersion LeaseVersion)> ReadWithLeaseAsync(
        CancellationToken cancellationToken)
    {
        var page = await context.Tables.QueryAsync(
            _partition, LogKeys.HeadAndLease(log), rowsMax: 2, cancellationToken);
        HeadRow? head = null;
        Lease? lease = null;
        RowVersion leaseVersion = default;
        foreach (var row in page.Rows)
        {
            if (row.Key == LogKeys.Head(log))
            {
                head = RowJson.Read(row, LogRowsJson.Default.HeadRow);
            }
            else if (row.Key == LogKeys.Lease(log))
            {
                (lease, leaseVersion) = (RowJson.Read(row, LogRowsJson.Default.Lease), row.Version);
            }
        }

        Remember(head);
        return (head, lease, leaseVersion);
    }

    /// <summary>Reads the row; null when the log has none.</summary>
    public async ValueTask<StoredHead?> ReadAsync(CancellationToken cancellationToken)
    {
        if (await context.Tables.GetAsync(_partition, LogKeys.Head(log), cancellationToken) is not { } row)
        {
            return null;
        }

        var head = RowJson.Read(row, LogRowsJson.Default.HeadRow);
        Remember(head);
        return new StoredHead(head, row.Version);
    }

    /// <summary>Writes the first rows of a log: where it begins, and that this node is about to lead it.</summary>
    /// <returns>The lease row's version; null when the rows may be there already: read them.</returns>
    public async ValueTask<RowVersion?> TryCreateAsync(HeadRow head, Lease leader, CancellationToken cancellationToken)
    {
        RowChange[] changes =
        [
            new RowChange.Insert(LogKeys.Head(log), Serialize(head)),
            new RowChange.Insert(
                LogKeys.Lease(log), JsonSerializer.SerializeToUtf8Bytes(leader, LogRowsJson.Default.Lease)),
        ];
        try
        {
            if (await context.Tables.ExecuteAsync(_partition, changes, cancellationToken)
                is not TableTransaction.Committed committed)
            {
                return null;
            }

            Remember(head);
            return committed.Versions[1];
        }
        catch (StorageOutcomeUnknownException)
        {
            // Reading the rows tells who won, this call or another's.
            return null;
        }
    }

    /// <summary>Marks the log as deleted, whether it was ever written or not. Idempotent.</summary>
    public async ValueTask MarkDeletedAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < AttemptsMax; attempt++)
        {
            var stored = await ReadAsync(cancellationToken);
            if (stored is { Row.Deleted: true })
            {
                return;
            }

            var marked = (stored?.Row ?? new HeadRow("", 0, -1, 0, Deleted: true)) with { Deleted = true };
            RowChange change = stored is { } known
                ? Replace(marked, known)
                : new RowChange.Insert(LogKeys.Head(log), Serialize(marked));
            if (!await context.Tables.TryExecuteAsync(_partition, [change], cancellationToken))
            {
                await context.BackOffAsync(attempt);
            }
        }

        throw ChangedByOthers();
    }

    /// <summary>Raises the log start offset to an offset that exists; never lowers it.</summary>
    /// <returns>The log start offset now; null when the topic was deleted.</returns>
    /// <exception cref="StorageUnavailableException">It may be raised, or may still be.</exception>
    public async ValueTask<long?> RaiseStartAsync(long offset, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < AttemptsMax; attempt++)
        {
            if (await ReadAsync(cancellationToken) is not { Row.Deleted: false } stored)
            {
                return null;
            }

            if (stored.Row.LogStartOffset >= offset)
            {
                return stored.Row.LogStartOffset;
            }

            var raised = stored.Row with { LogStartOffset = offset };
            if (await context.Tables.TryExecuteAsync(_partition, [Replace(raised, stored)], cancellationToken))
            {
                Remember(raised);
                return offset;
            }

            await context.BackOffAsync(attempt);
        }

        throw ChangedByOthers();
    }

    /// <summary>Moves the row to a place that lies further on, if it does, and adds another row in the same transaction:
    /// the two are never seen apart.</summary>
    /// <param name="stored">The row as it was read.</param>
    /// <param name="target">The place; log start and deletion stay as they are.</param>
    /// <param name="added">The other row, or null for none.</param>
    /// <param name="cancellationToken">Abandons the wait.</param>
    /// <returns>False when it may not have happened: read the row again.</returns>
    public async ValueTask<bool> TryMoveAsync(
        StoredHead stored, HeadRow target, RowChange? added, CancellationToken cancellationToken)
    {
        var head = stored.Row;
        var moved = head.IsBehind(target)
            ? target with { LogStartOffset = head.LogStartOffset, Deleted = head.Deleted }
            : head;
        if (moved == head && added is null)
        {
            return true;
        }

        RowChange[] changes = added is null ? [Replace(moved, stored)] : [Replace(moved, stored), added];
        var written = await context.Tables.TryExecuteAsync(_partition, changes, cancellationToken);
        if (written)
        {
            Remember(moved);
        }

        return written;
    }

    private void Remember(HeadRow? head)
    {
        lock (_lock)
        {
            if (_known is not { } known || head is null)
            {
                _known = head ?? _known;
                return;
            }

            // Reads may overtake each other: what is known never goes back.
            _known = (head.IsBehind(known) ? known : head) with
            {
                Deleted = known.Deleted || head.Deleted,
                LogStartOffset = Math.Max(known.LogStartOffset, head.LogStartOffset),
            };
        }
    }

    private RowChange.Replace Replace(HeadRow head, StoredHead stored) =>
        new(LogKeys.Head(log), Serialize(head), stored.Version);

    private StorageUnavailableException ChangedByOthers() =>
        new($"The head row of log {log} changed {AttemptsMax} times in a row.");

    private static byte[] Serialize(HeadRow head) =>
        JsonSerializer.SerializeToUtf8Bytes(head, LogRowsJson.Default.HeadRow);
}
