using System.Text.Json;
using Serverless.StorageEngine.Leases;
using Serverless.StorageEngine.Log.Rows;
using Serverless.StorageEngine.Scheduling;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Log;

/// <summary>The rows of one log: where to open it, which segments it has. Every update may be lost or done by another
/// node.</summary>
/// <remarks>
/// Order of effects: the seal block decides, then one transaction adds the segment's row and moves the head to the
/// seal. A crash between them leaves a seal that the next node to open the log from the older head folds and
/// registers. The head never moves past a seal whose segment has no row.
/// </remarks>
internal sealed class SegmentDirectory(LogId log, LogContext context)
{
    private const int AttemptsMax = 8;
    private readonly Lock _lock = new();
    private readonly Gate _writing = new();
    private readonly SortedList<long, SegmentRow> _known = [];
    private readonly Queue<SegmentRow> _unregistered = [];
    private readonly string _partition = LogKeys.Partition(log);
    private HeadRow? _head;

    /// <summary>The head row as last read or written; null while the log has none.</summary>
    public HeadRow? Head
    {
        get
        {
            lock (_lock)
            {
                return _head;
            }
        }
    }

    /// <summary>Whether rows of sealed segments are missing.</summary>
    public bool HasUnregistered
    {
        get
        {
            lock (_lock)
            {
                return _unregistered.Count > 0;
            }
        }
    }

    /// <summary>Whether so many rows are missing that they must be written before anything else.</summary>
    public bool HasTooManyUnregistered
    {
        get
        {
            lock (_lock)
            {
                return _unregistered.Count >= context.Tuning.UnregisteredMax;
            }
        }
    }

    /// <summary>Reads head and lease in one query.</summary>
    public async ValueTask<(HeadRow? Head, Lease? Lease, RowVersion LeaseVersion)> ReadAsync(
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
            var row = await context.Tables.GetAsync(_partition, LogKeys.Head(log), cancellationToken);
            var head = row is null ? null : RowJson.Read(row, LogRowsJson.Default.HeadRow);
            if (head is { Deleted: true })
            {
                Remember(head);
                return;
            }

            var marked = (head ?? new HeadRow("", 0, -1, 0, Deleted: true)) with { Deleted = true };
            RowChange change = row is null
                ? new RowChange.Insert(LogKeys.Head(log), Serialize(marked))
                : new RowChange.Replace(row.Key, Serialize(marked), row.Version);
            if (!await TryExecuteAsync([change], cancellationToken))
            {
                await context.BackOffAsync(attempt);
            }
        }

        throw new StorageUnavailableException($"The head row of log {log} changed {AttemptsMax} times in a row.");
    }

    /// <summary>Raises the log start offset to an offset that exists; never lowers it.</summary>
    /// <returns>The log start offset now; null when the topic was deleted.</returns>
    /// <exception cref="StorageUnavailableException">It may be raised, or may still be.</exception>
    public async ValueTask<long?> RaiseStartAsync(long offset, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < AttemptsMax; attempt++)
        {
            if (await context.Tables.GetAsync(_partition, LogKeys.Head(log), cancellationToken) is not { } row)
            {
                return null;
            }

            var head = RowJson.Read(row, LogRowsJson.Default.HeadRow);
            Remember(head);
            if (head.Deleted || head.LogStartOffset >= offset)
            {
                return head.Deleted ? null : head.LogStartOffset;
            }

            var raised = head with { LogStartOffset = offset };
            if (await TryExecuteAsync(
                [new RowChange.Replace(row.Key, Serialize(raised), row.Version)], cancellationToken))
            {
                Remember(raised);
                return offset;
            }

            await context.BackOffAsync(attempt);
        }

        throw new StorageUnavailableException($"The head row of log {log} changed {AttemptsMax} times in a row.");
    }

    /// <summary>The sealed segment that holds an offset, or null when none does as far as this node can see.</summary>
    public async ValueTask<SegmentRow?> FindAsync(long offset, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            foreach (var known in _known.Values.Concat(_unregistered))
            {
                if (known.BaseOffset <= offset && offset < known.NextOffset)
                {
                    return known;
                }
            }
        }

        if (await ReadRowAsync(offset, cancellationToken) is { } found)
        {
            Keep(found);
            return found;
        }

        return null;
    }

    /// <summary>Forgets the rows that are stored: copies may have taken the place of their segments.</summary>
    public void ForgetRegistered()
    {
        lock (_lock)
        {
            _known.Clear();
        }
    }

    /// <summary>Forgets the row of a segment that is gone, and looks whether another one holds the offset now.</summary>
    /// <param name="gone">The row that named the segment.</param>
    /// <param name="offset">The offset that is looked for.</param>
    /// <param name="cancellationToken">Abandons the look.</param>
    public async ValueTask<bool> IsReplacedAsync(SegmentRow gone, long offset, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_known.GetValueOrDefault(gone.BaseOffset)?.Segment == gone.Segment)
            {
                _known.Remove(gone.BaseOffset);
            }
        }

        if (await ReadRowAsync(offset, cancellationToken) is not { } row || row.Segment == gone.Segment)
        {
            return false;
        }

        lock (_lock)
        {
            // Another node registered it, or nothing could have taken its place.
            var others = _unregistered.Where(other => other.Segment != gone.Segment).ToArray();
            _unregistered.Clear();
            foreach (var other in others)
            {
                _unregistered.Enqueue(other);
            }
        }

        Keep(row);
        return true;
    }

    /// <summary>Notes that a seal was folded; <see cref="WriteAsync"/> writes the rows.</summary>
    public void NoteSealed(SegmentRow row)
    {
        Keep(row);
        lock (_lock)
        {
            // Only a head at this very seal came with the row. One behind it proves nothing, and to register twice
            // costs a look.
            if (_head is not { } head || head.Segment != row.Segment || head.CheckpointPosition != row.SealPosition)
            {
                _unregistered.Enqueue(row);
            }
        }
    }

    /// <summary>
    /// Adds the rows of sealed segments, oldest first, then moves the head to <paramref name="checkpoint"/> if that is
    /// given and further on.
    /// </summary>
    /// <exception cref="StorageUnavailableException">What was not written will be tried again by the next
    /// call.</exception>
    public async ValueTask WriteAsync(HeadRow? checkpoint, CancellationToken cancellationToken)
    {
        await _writing.EnterAsync(cancellationToken);
        try
        {
            while (NextUnregistered() is { } row)
            {
                await RegisterAsync(row, cancellationToken);
                Registered(row);
            }

            if (checkpoint is not null)
            {
                var head = await context.Tables.GetAsync(_partition, LogKeys.Head(log), cancellationToken);
                await MoveHeadAsync(head, checkpoint, added: null, cancellationToken);
            }
        }
        catch (StorageUnavailableException exception)
        {
            _writing.Refuse(exception.ForAnother);
            throw;
        }
        finally
        {
            _writing.Leave();
        }
    }

    /// <summary>Removes the segment rows and the lease row of a log that has ended. Idempotent.</summary>
    public async ValueTask RemoveAllButHeadAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < AttemptsMax;)
        {
            // The head row is one of at most this many, so a page without others is the last one.
            var page = await context.Tables.QueryAsync(
                _partition, RowRange.All, TableLimits.TransactionRowsMax, cancellationToken);
            var changes = page.Rows
                .Where(row => row.Key != LogKeys.Head(log))
                .Select(RowChange (row) => new RowChange.Delete(row.Key, row.Version))
                .ToArray();
            if (changes.Length == 0 && !page.More)
            {
                return;
            }

            if (changes.Length == 0 || !await TryExecuteAsync(changes, cancellationToken))
            {
                await context.BackOffAsync(attempt++);
            }
        }

        throw new StorageUnavailableException($"The rows of log {log} changed {AttemptsMax} times in a row.");
    }

    // Null when the segment that holds the offset has no row yet, or none any more.
    private async ValueTask<SegmentRow?> ReadRowAsync(long offset, CancellationToken cancellationToken)
    {
        var page = await context.Tables.QueryAsync(
            _partition, LogKeys.SegmentsUpTo(log, offset), rowsMax: 1, cancellationToken);
        return page.Rows.Count > 0
            && RowJson.Read(page.Rows[0], LogRowsJson.Default.SegmentRow) is var row
            && row.NextOffset > offset
                ? row
                : null;
    }

    private SegmentRow? NextUnregistered()
    {
        lock (_lock)
        {
            return _unregistered.TryPeek(out var row) ? row : null;
        }
    }

    // It may have left the queue meanwhile, when a reader found it replaced: then what comes first is another one, whose
    // row is still to be written.
    private void Registered(SegmentRow row)
    {
        lock (_lock)
        {
            if (_unregistered.TryPeek(out var first) && ReferenceEquals(first, row))
            {
                _unregistered.Dequeue();
            }
        }
    }

    // A head at the seal or behind it says that the row was written; retention or a copy may have taken it away since,
    // and it must not come back.
    private async ValueTask RegisterAsync(SegmentRow row, CancellationToken cancellationToken)
    {
        var key = LogKeys.Segment(log, row.BaseOffset);
        var atSeal = new HeadRow(
            row.Segment, row.BaseOffset, row.SealPosition, LogStartOffset: 0, Deleted: false, row.SealBlock);
        var content = JsonSerializer.SerializeToUtf8Bytes(row, LogRowsJson.Default.SegmentRow);
        for (var attempt = 0; attempt < AttemptsMax; attempt++)
        {
            var head = await context.Tables.GetAsync(_partition, LogKeys.Head(log), cancellationToken);
            if (head is not null && !RowJson.Read(head, LogRowsJson.Default.HeadRow).IsBehind(atSeal))
            {
                Remember(RowJson.Read(head, LogRowsJson.Default.HeadRow));
                return;
            }

            var stored = await context.Tables.GetAsync(_partition, key, cancellationToken);
            if (stored is not null && !IsReplacedBy(RowJson.Read(stored, LogRowsJson.Default.SegmentRow), row))
            {
                return;
            }

            RowChange change = stored is null
                ? new RowChange.Insert(key, content)
                : new RowChange.Replace(key, content, stored.Version);
            if (await MoveHeadAsync(head, atSeal, change, cancellationToken))
            {
                return;
            }

            await context.BackOffAsync(attempt);
        }

        throw new StorageUnavailableException($"The rows of log {log} changed {AttemptsMax} times in a row.");
    }

    // A segment that was sealed without records begins where its successor begins. Only the one with records is ever
    // looked for, so it gets the row that both would have.
    private static bool IsReplacedBy(SegmentRow stored, SegmentRow row) =>
        stored.NextOffset == stored.BaseOffset && row.NextOffset > row.BaseOffset;

    // One transaction: the head and the new segment's row are never seen apart.
    private async ValueTask<bool> MoveHeadAsync(
        TableRow? row, HeadRow target, RowChange? added, CancellationToken cancellationToken)
    {
        if (row is null)
        {
            return false;
        }

        var head = RowJson.Read(row, LogRowsJson.Default.HeadRow);
        Remember(head);
        var moved = head.IsBehind(target)
            ? target with { LogStartOffset = head.LogStartOffset, Deleted = head.Deleted }
            : head;
        if (moved == head && added is null)
        {
            return true;
        }

        var changes = new List<RowChange> { new RowChange.Replace(row.Key, Serialize(moved), row.Version) };
        if (added is not null)
        {
            changes.Add(added);
        }

        var written = await TryExecuteAsync(changes, cancellationToken);
        if (written)
        {
            Remember(moved);
        }

        return written;
    }

    // An unknown outcome is answered by looking again: all these updates are idempotent.
    private async ValueTask<bool> TryExecuteAsync(IReadOnlyList<RowChange> changes, CancellationToken cancellationToken)
    {
        try
        {
            return await context.Tables.ExecuteAsync(_partition, changes, cancellationToken)
                is TableTransaction.Committed;
        }
        catch (StorageOutcomeUnknownException)
        {
            return false;
        }
    }

    private void Remember(HeadRow? head)
    {
        lock (_lock)
        {
            if (_head is not { } known || head is null)
            {
                _head = head ?? _head;
                return;
            }

            // Reads may overtake each other: what is known never goes back.
            _head = (head.IsBehind(known) ? known : head) with
            {
                Deleted = known.Deleted || head.Deleted,
                LogStartOffset = Math.Max(known.LogStartOffset, head.LogStartOffset),
            };
        }
    }

    private void Keep(SegmentRow row)
    {
        lock (_lock)
        {
            _known[row.BaseOffset] = row;
            if (_known.Count > context.Tuning.RowsCachedMax)
            {
                // Any row but the one just read can be read again; the farthest from it is the least likely to be
                // needed.
                var farthest = row.BaseOffset - _known.GetKeyAtIndex(0)
                    > _known.GetKeyAtIndex(_known.Count - 1) - row.BaseOffset;
                _known.RemoveAt(farthest ? 0 : _known.Count - 1);
            }
        }
    }

    private static byte[] Serialize(HeadRow head) =>
        JsonSerializer.SerializeToUtf8Bytes(head, LogRowsJson.Default.HeadRow);
}
