using System.Text.Json;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Log.Rows;
using Serverless.StorageEngine.Scheduling;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Leases;

/// <summary>
/// The lease row of one log. No call here is needed for an append to be safe, so failures are counted and otherwise
/// let go: produce never waits for the table to come back.
/// </summary>
internal sealed class LeaseKeeper(LogId log, LogContext context)
{
    /// <summary>
    /// How long a take-over waits for the table, which it does not need: some hundred times an ordinary answer.
    /// </summary>
    public static readonly TimeSpan TableWait = TimeSpan.FromSeconds(1);

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
    /// <param name="epoch">The log's epoch, as far as it is known; the row announces a higher one.</param>
    /// <returns>
    /// Whether this node may go on to write its barrier; also when the table says nothing within
    /// <see cref="TableWait"/>.
    /// </returns>
    public async ValueTask<bool> TryTakeAsync(int epoch)
    {
        var now = context.Time.GetUtcNow();
        if (Lease is { } announced && announced.IsHeldBy(context.Node.Id) && announced.Epoch > epoch
            && !announced.IsExpired(now))
        {
            // The row says so already: this node has just opened the log, or its last barrier lost its position.
            return true;
        }

        var taking = TakeAsync(Math.Max(epoch, Lease?.Epoch ?? 0) + 1, now).AsTask();
        using var limit = new CancellationTokenSource(TableWait, context.Time);
        try
        {
            await Waits.ForAsync(taking, limit.Token);
            return await taking;
        }
        catch (OperationCanceledException)
        {
            return true;
        }
    }

    /// <summary>Takes the lease of a leader that let it run out, before anything is known of the log.</summary>
    public async ValueTask TakeIfExpiredAsync()
    {
        if (Lease is { } lease && lease.IsExpired(context.Time.GetUtcNow()))
        {
            await TryTakeAsync(lease.Epoch);
        }
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

    private async ValueTask<bool> TakeAsync(int epoch, DateTimeOffset now)
    {
        if (await TryWriteAsync(context.Node, epoch, now + context.Settings.LeaseDuration, CancellationToken.None))
        {
            return true;
        }

        await RefreshAsync(CancellationToken.None);
        return Lease is not { } lease || lease.IsExpired(now) || lease.IsHeldBy(context.Node.Id);
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
            Remember(row is null ? null : RowJson.Read(row, LogRowsJson.Default.Lease), row?.Version ?? default);
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
