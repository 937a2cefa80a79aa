using System.Text.Json;
using Serverless.StorageEngine.Log.Rows;
using Serverless.StorageEngine.Scheduling;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Log;

/// <summary>The rows of the sealed segments of one log. Every update may be lost or done by another node.</summary>
/// <remarks>
/// Order of effects: the seal block decides, then one transaction adds the segment's row and moves the head to the
/// seal. A crash between them leaves a seal that the next node to open the log from the older head folds and
/// registers. The head never moves past a seal whose segment has no row.
/// </remarks>
internal sealed class SegmentDirectory(LogId log, LogHead head, LogContext context)
{
    private const int AttemptsMax = 8;
    private readonly Gate _writing = new();
    private readonly KnownSegments _known = new(context.Tuning.RowsCachedMax);
    private readonly UnregisteredSegments _unregistered = new();
    private readonly string _partition = LogKeys.Partition(log);

    /// <summary>Whether rows of sealed segments are missing.</summary>
    public bool HasUnregistered => _unregistered.Count > 0;

    /// <summary>Whether so many rows are missing that they must be written before anything else.</summary>
    public bool HasTooManyUnregistered => _unregistered.Count >= context.Tuning.UnregisteredMax;

    /// <summary>The sealed segment that holds an offset, or null when none does as far as this node can see.</summary>
    public async ValueTask<SegmentRow?> FindAsync(long offset, CancellationToken cancellationToken)
    {
        if ((_known.Find(offset) ?? _unregistered.Find(offset)) is { } known)
        {
            return known;
        }

        if (await ReadRowAsync(offset, cancellationToken) is { } found)
        {
            _known.Keep(found);
            return found;
        }

        return null;
    }

    /// <summary>Forgets the rows that are stored: copies may have taken the place of their segments.</summary>
    public void ForgetRegistered() => _known.Clear();

    /// <summary>Forgets the row of a segment that is gone, and looks whether another one holds the offset now.</summary>
    /// <param name="gone">The row that named the segment.</param>
    /// <param name="offset">The offset that is looked for.</param>
    /// <param name="cancellationToken">Abandons the look.</param>
    public async ValueTask<bool> IsReplacedAsync(SegmentRow gone, long offset, CancellationToken cancellationToken)
    {
        _known.Forget(gone);
        if (await ReadRowAsync(offset, cancellationToken) is not { } row || row.Segment == gone.Segment)
        {
            return false;
        }

        // Another node registered it, or nothing could have taken its place.
        _unregistered.RemoveReplaced(gone);
        _known.Keep(row);
        return true;
    }

    /// <summary>Notes that a seal was folded; <see cref="WriteAsync"/> writes the rows.</summary>
    public void NoteSealed(SegmentRow row)
    {
        _known.Keep(row);

        // Only a head at this very seal came with the row. One behind it proves nothing, and to register twice costs a
        // look.
        if (head.Known is not { } known || known.Segment != row.Segment || known.CheckpointPosition != row.SealPosition)
        {
            _unregistered.Add(row);
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
            while (_unregistered.First is { } row)
            {
                await RegisterAsync(row, cancellationToken);
                _unregistered.Remove(row);
            }

            if (checkpoint is not null && await head.ReadAsync(cancellationToken) is { } stored)
            {
                await head.TryMoveAsync(stored, checkpoint, added: null, cancellationToken);
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

            if (changes.Length == 0
                || !await context.Tables.TryExecuteAsync(_partition, changes, cancellationToken))
            {
                await context.BackOffAsync(attempt++);
            }
        }

        throw ChangedByOthers();
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

    // A head at the seal or behind it says that the row was written; retention or a copy may have taken it away since,
    // and it must not come back.
    private async ValueTask RegisterAsync(SegmentRow row, CancellationToken cancellationToken)
    {
        var atSeal = new HeadRow(
            row.Segment, row.BaseOffset, row.SealPosition, LogStartOffset: 0, Deleted: false, row.SealBlock);
        for (var attempt = 0; attempt < AttemptsMax; attempt++)
        {
            var stored = await head.ReadAsync(cancellationToken);
            if ((stored is { } read && !read.Row.IsBehind(atSeal))
                || await ChangeForAsync(row, cancellationToken) is not { } change
                || (stored is { } found && await head.TryMoveAsync(found, atSeal, change, cancellationToken)))
            {
                return;
            }

            await context.BackOffAsync(attempt);
        }

        throw ChangedByOthers();
    }

    // Null when the row has been written. A segment that was sealed without records begins where its successor begins.
    // Only the one with records is ever looked for, so it gets the row that both would have.
    private async ValueTask<RowChange?> ChangeForAsync(SegmentRow row, CancellationToken cancellationToken)
    {
        var key = LogKeys.Segment(log, row.BaseOffset);
        var content = JsonSerializer.SerializeToUtf8Bytes(row, LogRowsJson.Default.SegmentRow);
        if (await context.Tables.GetAsync(_partition, key, cancellationToken) is not { } stored)
        {
            return new RowChange.Insert(key, content);
        }

        var isEmpty = RowJson.Read(stored, LogRowsJson.Default.SegmentRow) is var other
            && other.NextOffset == other.BaseOffset;
        return isEmpty && row.NextOffset > row.BaseOffset
            ? new RowChange.Replace(key, content, stored.Version)
            : null;
    }

    private StorageUnavailableException ChangedByOthers() =>
        new($"The rows of log {log} changed {AttemptsMax} times in a row.");
}
