using Serverless.StorageEngine.Leases;
using Serverless.StorageEngine.Log.Rows;
using Serverless.StorageEngine.Scheduling;
using Serverless.StorageEngine.SharedLogs;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Log;

/// <summary>
/// Finds a log: its rows say where to start, its blocks say the rest. Costs one table query, and reads from the last
/// checkpoint to the tail, about <see cref="LogTuning.CheckpointBytes"/> at most.
/// </summary>
internal sealed class LogOpener(
    PartitionId partition,
    LogView view,
    LogHead logHead,
    LeaseKeeper lease,
    LogTail tail,
    LogContext context)
{
    private const int AttemptsMax = 8;
    private readonly Gate _opening = new();

    // Kept for the next try: a creation that is not answered leaves one empty segment behind, however often it is tried.
    private (long Nonce, string Account)? _first;

    /// <summary>The first offset that may be read, as this node last saw it.</summary>
    public long LogStartOffset => logHead.Known?.LogStartOffset ?? 0;

    /// <summary>Makes the view know the log, if it exists.</summary>
    /// <param name="create">Where to start the log when it was never written; null for nowhere.</param>
    /// <param name="cancellationToken">Abandons the wait.</param>
    /// <returns>False when the topic was deleted.</returns>
    public async ValueTask<bool> OpenAsync(LogPlacement? create, CancellationToken cancellationToken)
    {
        if (view.State is { } known)
        {
            return !known.Ended && logHead.Known is not { Deleted: true };
        }

        await _opening.EnterAsync(cancellationToken);
        try
        {
            for (var attempt = 0; view.State is null && attempt < AttemptsMax; attempt++)
            {
                if (attempt > 1)
                {
                    // Most second tries follow a race that another node won: its rows are there.
                    await context.BackOffAsync(attempt);
                }

                var (head, leaseRow, leaseVersion) = await logHead.ReadWithLeaseAsync(cancellationToken);
                lease.Remember(leaseRow, leaseVersion);
                if (head is { Deleted: true })
                {
                    return false;
                }

                if (head is not null)
                {
                    // The lease and the blocks do not depend on each other: both calls go out at once.
                    await Task.WhenAll(
                        OpenFromAsync(head, cancellationToken).AsTask(),
                        create is not null ? lease.TakeIfExpiredAsync().AsTask() : Task.CompletedTask);
                }
                else if (create is { } placement)
                {
                    await CreateAsync(placement, cancellationToken);
                }
                else
                {
                    return true;
                }
            }
        }
        catch (StorageUnavailableException exception)
        {
            _opening.Refuse(exception.ForAnother);
            throw;
        }
        finally
        {
            _opening.Leave();
        }

        return view.State is not null
            ? true
            : throw new StorageUnavailableException($"Log {partition.Log} could not be opened in {AttemptsMax} tries.");
    }

    /// <summary>Tells a log that was deleted elsewhere, whose segment is rightly missing, from one that is
    /// damaged.</summary>
    /// <exception cref="CorruptDataException">The segment is missing, but nobody deleted the topic.</exception>
    public async ValueTask ThrowUnlessDeletedAsync()
    {
        var (head, _, _) = await logHead.ReadWithLeaseAsync(CancellationToken.None);
        if (head is not { Deleted: true })
        {
            throw new CorruptDataException(
                $"Segment {view.State?.Segment}: expected to exist, since its topic was not deleted, but it does not.");
        }
    }

    /// <summary>Opens a log although it is marked as deleted, so that it can be ended.</summary>
    /// <returns>False when it was never written, or its bytes are gone already.</returns>
    public async ValueTask<bool> OpenForEndAsync(CancellationToken cancellationToken)
    {
        await _opening.EnterAsync(cancellationToken);
        try
        {
            var (head, _, _) = await logHead.ReadWithLeaseAsync(cancellationToken);
            if (view.State is null && head is { Segment.Length: > 0 })
            {
                await OpenFromAsync(head, cancellationToken);
            }

            return view.State is not null;
        }
        finally
        {
            _opening.Leave();
        }
    }

    // The segment before the row: a crash in between leaves an empty segment that nothing points to.
    private async ValueTask CreateAsync(LogPlacement placement, CancellationToken cancellationToken)
    {
        SegmentName segment;
        try
        {
            var (nonce, account) = _first ??= (context.Nonce64(), context.DrawAccount());
            segment = await context.Segments.CreateAsync(placement, partition, baseOffset: 0, nonce, account);
        }
        catch (StorageOutcomeUnknownException)
        {
            // Nothing names the segment yet, so the next try looks whether it is there.
            return;
        }

        var head = new HeadRow(segment.Value, 0, CheckpointPosition: -1, LogStartOffset: 0, Deleted: false);
        var leader = Lease.Of(context.Node, epoch: 1, context.Time.GetUtcNow() + context.Settings.LeaseDuration);
        if (await logHead.TryCreateAsync(head, leader, cancellationToken) is { } leaseVersion)
        {
            lease.Remember(leader, leaseVersion);
            view.Open(LogState.Empty(partition.Log, segment));
        }
    }

    // Afterwards the view knows the log to its end; it knows nothing when the segment is gone.
    private async ValueTask OpenFromAsync(HeadRow head, CancellationToken cancellationToken)
    {
        var segment = new SegmentName(head.Segment);
        if (head.CheckpointPosition >= 0)
        {
            await tail.OpenAsync(new BlockPlace(segment, head.CheckpointPosition), cancellationToken);
            return;
        }

        view.Open(LogState.Empty(partition.Log, segment));
        await tail.RefreshAsync(cancellationToken);
    }
}
