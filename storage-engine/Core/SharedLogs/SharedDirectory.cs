using System.Text.Json;
using Serverless.StorageEngine.Scheduling;
using Serverless.StorageEngine.SharedLogs.Rows;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.SharedLogs;

/// <summary>The rows of one shared log: where to open it, which carriers it has. Every update may be lost or done by
/// another node.</summary>
internal sealed class SharedDirectory(SharedLogId log, SharedContext context)
{
    private const int AttemptsMax = 8;
    private readonly Lock _lock = new();
    private readonly Gate _writing = new();
    private readonly Queue<CarrierRow> _unregistered = [];
    private readonly string _partition = SharedKeys.Partition(log);

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

    /// <summary>Reads the head row; null when the shared log does not exist yet.</summary>
    public async ValueTask<SharedHeadRow?> ReadHeadAsync(CancellationToken cancellationToken) =>
        await context.Tables.GetAsync(_partition, SharedKeys.Head(log), cancellationToken) is { } row
            ? RowJson.Read(row, SharedRowsJson.Default.SharedHeadRow)
            : null;

    /// <summary>Writes the first head row, and lets keepers know.</summary>
    /// <exception cref="StorageOutcomeUnknownException">It may be there: read it.</exception>
    public async ValueTask CreateAsync(SharedHeadRow head, CancellationToken cancellationToken)
    {
        // The registration first: what it names and is not there is nothing to anyone.
        await context.Tables.ExecuteAsync(
            SharedKeys.Registry,
            [
                new RowChange.Insert(
                    SharedKeys.Registration(log),
                    JsonSerializer.SerializeToUtf8Bytes(
                        new SharedRegistration(log.Value), SharedRowsJson.Default.SharedRegistration)),
            ],
            cancellationToken);
        await context.Tables.ExecuteAsync(
            _partition, [new RowChange.Insert(SharedKeys.Head(log), Json(head))], cancellationToken);
    }

    /// <summary>Notes that a seal was folded; <see cref="WriteAsync"/> writes the rows.</summary>
    public void NoteSealed(CarrierRow row)
    {
        lock (_lock)
        {
            _unregistered.Enqueue(row);
        }
    }

    /// <summary>Writes the rows that are missing, oldest first, and moves the head along.</summary>
    /// <exception cref="StorageUnavailableException">What was not written will be tried again.</exception>
    public async ValueTask WriteAsync(CancellationToken cancellationToken)
    {
        await _writing.EnterAsync(cancellationToken);
        try
        {
            while (NextUnregistered() is { } row)
            {
                var head = await RegisterAsync(row, cancellationToken);
                lock (_lock)
                {
                    // Most times others have written some of the next ones, too: the head row tells of all at once.
                    while (_unregistered.TryPeek(out var next) && head?.IsBehind(next.Head()) != true)
                    {
                        _unregistered.Dequeue();
                    }
                }
            }
        }
        finally
        {
            _writing.Leave();
        }
    }

    /// <summary>Writes the rows that are missing; what cannot be written now comes with the next ones.</summary>
    public async ValueTask<bool> TryWriteAsync(CancellationToken cancellationToken)
    {
        try
        {
            await WriteAsync(cancellationToken);
            return true;
        }
        catch (StorageUnavailableException)
        {
            context.Meters.RowUpdatesFailed.Add(1);
            return false;
        }
    }

    /// <summary>The last sealed carrier up to a number; null when there is none.</summary>
    public async ValueTask<CarrierRow?> FindUpToAsync(int number, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_unregistered.FirstOrDefault(row => row.CarrierNumber == number) is { } known)
            {
                return known;
            }
        }

        var page = await context.Tables.QueryAsync(
            _partition, SharedKeys.CarriersUpTo(log, number), rowsMax: 1, cancellationToken);
        return page.Rows.Count > 0 ? RowJson.Read(page.Rows[0], SharedRowsJson.Default.CarrierRow) : null;
    }

    /// <summary>Reads some rows of sealed carriers, the newest first.</summary>
    /// <param name="below">Only carriers with smaller numbers.</param>
    /// <param name="cancellationToken">Abandons the read.</param>
    public async ValueTask<(IReadOnlyList<CarrierRow> Rows, bool More)> ListAsync(
        int below, CancellationToken cancellationToken)
    {
        if (below <= 0)
        {
            return ([], false);
        }

        var page = await context.Tables.QueryAsync(
            _partition, SharedKeys.CarriersUpTo(log, below - 1), TableLimits.TransactionRowsMax, cancellationToken);
        return (
            [.. page.Rows.Select(static row => RowJson.Read(row, SharedRowsJson.Default.CarrierRow))], page.More);
    }

    /// <summary>Reads the rows of some sealed carriers, in one query; those whose rows are not written yet are known
    /// here.</summary>
    /// <param name="below">Only carriers with smaller numbers.</param>
    /// <param name="above">Only carriers with larger numbers; at most <see cref="TableLimits.TransactionRowsMax"/>
    /// lie between.</param>
    /// <param name="cancellationToken">Abandons the read.</param>
    public async ValueTask<IReadOnlyList<CarrierRow>> ListAsync(
        int below, int above, CancellationToken cancellationToken)
    {
        List<CarrierRow> rows;
        lock (_lock)
        {
            rows = [.. _unregistered.Where(row => row.CarrierNumber < below && row.CarrierNumber > above)];
        }

        var range = SharedKeys.CarriersUpTo(log, below - 1) with { To = SharedKeys.Carrier(log, above) };
        var page = await context.Tables.QueryAsync(
            _partition, range, TableLimits.TransactionRowsMax, cancellationToken);
        rows.AddRange(page.Rows
            .Select(static row => RowJson.Read(row, SharedRowsJson.Default.CarrierRow))
            .Where(read => rows.TrueForAll(row => row.CarrierNumber != read.CarrierNumber)));
        return rows;
    }

    /// <summary>Forgets a carrier whose bytes are gone. Idempotent.</summary>
    public async ValueTask ForgetAsync(int number, CancellationToken cancellationToken)
    {
        var key = SharedKeys.Carrier(log, number);
        if (await context.Tables.GetAsync(_partition, key, cancellationToken) is { } row)
        {
            await context.Tables.ExecuteAsync(
                _partition, [new RowChange.Delete(key, row.Version)], cancellationToken);
        }
    }

    /// <summary>Marks the shared log as deleted. Idempotent.</summary>
    /// <exception cref="StorageUnavailableException">It may be marked; call again.</exception>
    public async ValueTask MarkDeletedAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < AttemptsMax; attempt++)
        {
            var row = await context.Tables.GetAsync(_partition, SharedKeys.Head(log), cancellationToken);
            if (row is null || RowJson.Read(row, SharedRowsJson.Default.SharedHeadRow) is not
                { Deleted: false } head)
            {
                return;
            }

            var change = new RowChange.Replace(row.Key, Json(head with { Deleted = true }), row.Version);
            if (!await context.Tables.TryExecuteAsync(_partition, [change], cancellationToken))
            {
                await context.BackOffAsync(attempt);
            }
        }

        throw new StorageUnavailableException($"The head row of shared log {log} changed {AttemptsMax} times in a row.");
    }

    /// <summary>Removes a deleted shared log's rows but for the head row, and its registration. Idempotent.</summary>
    /// <exception cref="StorageUnavailableException">Some may be left; call again.</exception>
    public async ValueTask RemoveAsync(CancellationToken cancellationToken)
    {
        await RemoveCarriersAsync(cancellationToken);
        var key = SharedKeys.Registration(log);
        if (await context.Tables.GetAsync(SharedKeys.Registry, key, cancellationToken) is { } registration)
        {
            await context.Tables.ExecuteAsync(
                SharedKeys.Registry, [new RowChange.Delete(key, registration.Version)], cancellationToken);
        }
    }

    private async ValueTask RemoveCarriersAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < AttemptsMax;)
        {
            var page = await context.Tables.QueryAsync(
                _partition, SharedKeys.Carriers(log), TableLimits.TransactionRowsMax, cancellationToken);
            if (page.Rows.Count == 0)
            {
                return;
            }

            RowChange[] changes = [.. page.Rows.Select(static row => new RowChange.Delete(row.Key, row.Version))];
            if (!await context.Tables.TryExecuteAsync(_partition, changes, cancellationToken))
            {
                await context.BackOffAsync(attempt++);
            }
        }

        throw new StorageUnavailableException($"The rows of shared log {log} changed {AttemptsMax} times in a row.");
    }

    // The seal decided; a head at it or behind it says that the row was written, and it must not come back. Returns the
    // head row as it is now; null when the shared log was deleted.
    private async ValueTask<SharedHeadRow?> RegisterAsync(CarrierRow row, CancellationToken cancellationToken)
    {
        var key = SharedKeys.Carrier(log, row.CarrierNumber);
        for (var attempt = 0; attempt < AttemptsMax; attempt++)
        {
            var stored = await context.Tables.GetAsync(_partition, SharedKeys.Head(log), cancellationToken);
            if (stored is null
                || RowJson.Read(stored, SharedRowsJson.Default.SharedHeadRow) is not { Deleted: false } head)
            {
                return null;
            }

            if (!head.IsBehind(row.Head()))
            {
                return head;
            }

            RowChange[] changes =
            [
                new RowChange.Replace(stored.Key, Json(row.Head()), stored.Version),
                new RowChange.Insert(
                    key, JsonSerializer.SerializeToUtf8Bytes(row, SharedRowsJson.Default.CarrierRow)),
            ];
            if (await context.Tables.TryExecuteAsync(_partition, changes, cancellationToken))
            {
                return row.Head();
            }

            await context.BackOffAsync(attempt);
        }

        throw new StorageUnavailableException($"The rows of shared log {log} changed {AttemptsMax} times in a row.");
    }

    private CarrierRow? NextUnregistered()
    {
        lock (_lock)
        {
            return _unregistered.TryPeek(out var row) ? row : null;
        }
    }

    private static byte[] Json(SharedHeadRow head) =>
        JsonSerializer.SerializeToUtf8Bytes(head, SharedRowsJson.Default.SharedHeadRow);
}
