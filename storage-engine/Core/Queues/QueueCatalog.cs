using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Queues;

/// <summary>The queues of the store: creates, finds, changes and deletes them.</summary>
/// <remarks>
/// A queue is one row. A deleted one leaves its row behind with a mark, so that a creation that arrives late finds it
/// and has no effect; what the queue consumed is removed afterwards, and counts for nothing if a crash leaves it.
/// </remarks>
internal sealed class QueueCatalog
{
    private readonly ITableStore _tables;
    private readonly EventLog _log;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly ConditionalChange _changes;
    private readonly QueueCache _cache;

    public QueueCatalog(ITableStore tables, EventLog log, TimeProvider time, Random random)
    {
        (_tables, _log, _time, _random) = (tables, log, time, random);
        _changes = new ConditionalChange(time, random);
        _cache = new QueueCache(time);
    }

    /// <summary>
    /// Finds a queue, as it was at most <see cref="QueueCache.AgeMax"/> ago; null when there is none.
    /// </summary>
    public async ValueTask<ShareGroup?> FindAsync(QueueId id, CancellationToken cancellationToken) =>
        _cache.Find(id) ?? await ReadNowAsync(id, cancellationToken);

    /// <summary>Reads a queue as it is now; null when there is none.</summary>
    public async ValueTask<ShareGroup?> ReadNowAsync(QueueId id, CancellationToken cancellationToken)
    {
        var (changes, readAt) = (_cache.Changes, _time.GetTimestamp());
        var (queue, isDeleted, _) = await ReadAsync(id, cancellationToken);
        if (queue is null || isDeleted)
        {
            _cache.Drop(id);
            return null;
        }

        _cache.Remember(queue, changes, readAt);
        return queue;
    }

    /// <summary>Creates a queue, or changes the settings of the one that is there.</summary>
    /// <param name="id">Its name.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="settings">What it shall be; null to leave what is there, and for Kafka's defaults in a new
    /// one.</param>
    /// <param name="cancellationToken">Abandons the wait, not the change.</param>
    /// <returns>The queue, and whether it is new.</returns>
    public async ValueTask<(ShareGroup Queue, bool Created)> PutAsync(
        QueueId id, Topic topic, QueueSettings? settings, CancellationToken cancellationToken)
    {
        // Each attempt begins a life of its own: one that was deleted since must not come back.
        var attempted = new HashSet<ulong>();
        var (outcome, _) = await _changes.RunAsync(
            $"The {id}",
            QueueLimits.AttemptsMax,
            async _ =>
            {
                var (stored, isDeleted, version) = await ReadAsync(id, cancellationToken);
                if (stored is not null && isDeleted && attempted.Contains(stored.Life))
                {
                    // It was created by this request, and deleted since.
                    return (true, (stored, true));
                }

                var existing = isDeleted ? null : stored;
                if (existing is not null && (settings is null || settings == existing.Settings))
                {
                    return (true, (existing, attempted.Contains(existing.Life)));
                }

                var wanted = existing is null
                    ? await BeginAsync(id, NewLife(), topic, settings ?? QueueSettings.Default, cancellationToken)
                    : existing with { Settings = settings! };
                if (existing is null)
                {
                    attempted.Add(wanted.Life);
                }

                var isWritten = await WriteAsync(wanted, isDeleted: false, version, cancellationToken);
                return (isWritten, (wanted, attempted.Contains(wanted.Life)));
            },
            cancellationToken);
        return outcome;
    }

    /// <summary>Deletes a queue: what it had acquired and not done is nobody's any more.</summary>
    /// <returns>Whether there was one.</returns>
    public async ValueTask<bool> DeleteAsync(QueueId id, CancellationToken cancellationToken)
    {
        ulong? attempted = null;
        var (life, _) = await _changes.RunAsync(
            $"The {id}",
            QueueLimits.AttemptsMax,
            async inDoubt =>
            {
                var (queue, isDeleted, version) = await ReadAsync(id, cancellationToken);
                if (queue is null || isDeleted || (inDoubt && queue.Life != attempted))
                {
                    // It was there when this request first looked, so this request removed it.
                    return (true, inDoubt ? attempted : null);
                }

                attempted = queue.Life;
                return (await WriteAsync(queue, isDeleted: true, version, cancellationToken), attempted);
            },
            cancellationToken);
        if (life is { } gone)
        {
            await TryRemoveAsync(id, gone, cancellationToken);
        }

        return life is not null;
    }

    /// <summary>All queues of a topic, in the order of their keys.</summary>
    public async IAsyncEnumerable<ShareGroup> ListAsync(
        TopicName topic, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var range = QueueKeys.Queues;
        for (var more = true; more;)
        {
            var page = await _tables.QueryAsync(
                QueueKeys.PartitionOf(topic), range, TableLimits.PageRowsMax, cancellationToken);
            foreach (var (queue, isDeleted) in page.Rows.Select(row => QueueRows.Decode(topic, row)))
            {
                if (!isDeleted)
                {
                    yield return queue;
                }
            }

            more = page.More && page.Rows.Count > 0;
            range = more ? range.After(page.Rows[^1].Key) : range;
        }
    }

    // With "latest", the ends of now are part of the row: whatever is appended after the queue was created is consumed,
    // whenever the first receive comes.
    private async ValueTask<ShareGroup> BeginAsync(
        QueueId id, ulong life, Topic topic, QueueSettings settings, CancellationToken cancellationToken)
    {
        var starts = ImmutableArray<long>.Empty;
        if (settings.AutoOffsetReset == AutoOffsetReset.Latest)
        {
            var ends = ImmutableArray.CreateBuilder<long>(topic.PartitionCount);
            foreach (var some in Enumerable.Range(0, topic.PartitionCount).Chunk(QueueLimits.AtOnceMax))
            {
                var read = await Task.WhenAll(some.Select(
                    partition => _log.GetOffsetsAsync(topic, partition, cancellationToken).AsTask()));
                ends.AddRange(read.Select(static one => one?.HighWatermark ?? 0));
            }

            starts = ends.ToImmutable();
        }

        return new ShareGroup(id, life, settings, topic.Id, starts);
    }

    private ulong NewLife() => unchecked((ulong)_random.NextNonce64());

    private async ValueTask<(ShareGroup? Queue, bool IsDeleted, RowVersion? Version)> ReadAsync(
        QueueId id, CancellationToken cancellationToken)
    {
        var row = await _tables.GetAsync(QueueKeys.PartitionOf(id.Topic), QueueKeys.Queue(id), cancellationToken);
        if (row is null)
        {
            return default;
        }

        var (queue, isDeleted) = QueueRows.Decode(id.Topic, row);
        return (queue, isDeleted, row.Version);
    }

    private async ValueTask<bool> WriteAsync(
        ShareGroup queue, bool isDeleted, RowVersion? version, CancellationToken cancellationToken)
    {
        var (key, value) = (QueueKeys.Queue(queue.Id), QueueRows.Encode(queue, isDeleted));
        try
        {
            RowChange change = version is { } known
                ? new RowChange.Replace(key, value, known)
                : new RowChange.Insert(key, value);
            return await _tables.ExecuteAsync(QueueKeys.PartitionOf(queue.Id.Topic), [change], cancellationToken)
                is TableTransaction.Committed;
        }
        finally
        {
            _cache.Forget(queue.Id);
        }
    }

    private async ValueTask TryRemoveAsync(QueueId id, ulong life, CancellationToken cancellationToken)
    {
        try
        {
            await RemoveAsync(id, life, cancellationToken);
        }
        catch (Exception exception) when (exception is StorageUnavailableException or StorageOutcomeUnknownException)
        {
            // The queue is gone, and its client is told so. Rows that are left name a life that is over: they count for
            // nothing, and a queue of the same name writes over them.
        }
    }

    private async ValueTask RemoveAsync(QueueId id, ulong life, CancellationToken cancellationToken)
    {
        var (partition, range) = (QueueKeys.PartitionOf(id), QueueKeys.SharePartitions(id));
        for (var more = true; more;)
        {
            var page = await _tables.QueryAsync(partition, range, TableLimits.TransactionRowsMax, cancellationToken);

            // A queue of the same name may have begun since. A row that changes meanwhile is removed by nobody: it
            // belongs to that one now, or counts for nothing.
            var own = page.Rows.Where(row => SharePartitionRows.Decode(row).Life == life).ToList();
            if (own.Count > 0)
            {
                await _tables.ExecuteAsync(
                    partition,
                    [.. own.Select(static row => new RowChange.Delete(row.Key, row.Version))],
                    cancellationToken);
            }

            more = page.More && page.Rows.Count > 0;
            range = more ? range.After(page.Rows[^1].Key) : range;
        }
    }
}
