using System.Text.Json;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Log.Rows;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Leases;

/// <summary>
/// The lease row of one log. No call here is needed for an append to be safe, so failures are counted and otherwise
/// let go: produce never waits for the table to come back.
/// </summary>
internal sealed class LeaseKeeper(LogId log, LogContext context)
{
    private readonly Lock _lock = new();
    private readonly string _partition = LogKeys.Partition(log);
    private Lease? _lease;
    private RowVersion _version;

    /// <summary>The row as last read or written; null while there is none.</summary>
    public Lease? Lease
    {
        get
        {
            lock (_lock)
            {
                return _lease;
            }
        }
    }

    /// <summary>Takes over what a read of the row found.</summary>
    public void Remember(Lease? lease, RowVersion version)
    {
        lock (_lock)
        {
            (_lease, _version) = (lease, version);
        }
    }

    /// <summary>Names this node as the leader if nobody changed the row since it was read; else reads it.</summary>
    /// <param name="epoch">The epoch that the next barrier will carry.</param>
    /// <param name="cancellationToken">Abandons the wait.</param>
    /// <returns>Whether this node may go on to write its barrier.</returns>
    public async ValueTask<bool> TryTakeAsync(int epoch, CancellationToken cancellationToken)
    {
        var now = context.Time.GetUtcNow();
        if (Lease is { } announced && announced.IsHeldBy(context.Node.Id) && announced.Epoch >= epoch
            && !announced.IsExpired(now))
        {
            // The row says so already: this node has just created the log, or its last barrier lost its position.
            return true;
        }

        if (await TryWriteAsync(context.Node, epoch, now + context.Settings.LeaseDuration, cancellationToken))
        {
            return true;
        }

        await RefreshAsync(cancellationToken);
        return Lease is not { } lease || lease.IsExpired(now) || lease.IsHeldBy(context.Node.Id);
    }

    /// <summary>Lets others leave the log to this node, which leads it, for another while.</summary>
    public async ValueTask RenewAsync(int epoch, CancellationToken cancellationToken)
    {
        var expiresAt = context.Time.GetUtcNow() + context.Settings.LeaseDuration;
        if (!await TryWriteAsync(context.Node, epoch, expiresAt, cancellationToken))
        {
            await RefreshAsync(cancellationToken);
        }
    }

    /// <summary>Names another node as the leader, after its barrier was written on its behalf.</summary>
    public async ValueTask HandOverAsync(NodeIdentity leader, int epoch, CancellationToken cancellationToken) =>
        await TryWriteAsync(
            leader, epoch, context.Time.GetUtcNow() + context.Settings.LeaseDuration, cancellationToken);

    /// <summary>Gives the lease back, so that the next node need not wait for it to run out.</summary>
    public async ValueTask ReleaseAsync(CancellationToken cancellationToken)
    {
        if (Lease is { } lease && lease.IsHeldBy(context.Node.Id))
        {
            await TryWriteAsync(context.Node, lease.Epoch, context.Time.GetUtcNow(), cancellationToken);
        }
    }

    private async ValueTask<bool> TryWriteAsync(
        NodeIdentity leader, int epoch, DateTimeOffset expiresAt, CancellationToken cancellationToken)
    {
        var (before, version) = Snapshot();
        var lease = Lease.Of(leader, epoch, expiresAt);
        var content = JsonSerializer.SerializeToUtf8Bytes(lease, LogRowsJson.Default.Lease);
        RowChange change = before is null
            ? new RowChange.Insert(LogKeys.Lease(log), content)
            : new RowChange.Replace(LogKeys.Lease(log), content, version);
        try
        {
            if (await context.Tables.ExecuteAsync(_partition, [change], cancellationToken)
                is not TableTransaction.Committed committed)
            {
                return false;
            }

            Remember(lease, committed.Versions[0]!.Value);
            return true;
        }
        catch (Exception exception) when (exception is StorageUnavailableException or StorageOutcomeUnknownException)
        {
            context.Meters.RowUpdatesFailed.Add(1);
            return false;
        }
    }

    private async ValueTask RefreshAsync(CancellationToken cancellationToken)
    {
        try
        {
            var row = await context.Tables.GetAsync(_partition, LogKeys.Lease(log), cancellationToken);
            Remember(row is null ? null : LogRowsJson.Read(row, LogRowsJson.Default.Lease), row?.Version ?? default);
        }
        catch (StorageUnavailableException)
        {
            context.Meters.RowUpdatesFailed.Add(1);
        }
    }

    private (Lease? Lease, RowVersion Version) Snapshot()
    {
        lock (_lock)
        {
            return (_lease, _version);
        }
    }
}
