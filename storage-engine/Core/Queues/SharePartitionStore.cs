using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Queues;

/// <summary>
/// The rows of share partitions: reads one, lets a rule decide, and writes the decision on the condition that nobody
/// changed the row meanwhile.
/// </summary>
/// <remarks>
/// A write whose outcome is not known is looked up by its stamp, so that no request takes its own effect for another's,
/// nor has it twice. Every method may throw <see cref="StaleViewException"/>.
/// </remarks>
internal sealed class SharePartitionStore
{
    private readonly ITableStore _tables;
    private readonly TopicCatalog _topics;
    private readonly QueueCatalog _queues;
    private readonly StorageClock _clock;
    private readonly ConditionalChange _changes;
    private long _stamp;

    public SharePartitionStore(
        ITableStore tables, TopicCatalog topics, QueueCatalog queues, TimeProvider time, Random random)
    {
        (_tables, _topics, _queues) = (tables, topics, queues);
        _clock = new StorageClock(time);
        _changes = new ConditionalChange(time, random);
        _stamp = random.NextNonce64();
    }

    /// <summary>What is known of the storage service's time.</summary>
    public StorageInstant Now => _clock.Read();

    /// <summary>Reads one partition.</summary>
    public async ValueTask<StoredSharePartition> ReadAsync(
        QueueView view, int partition, CancellationToken cancellationToken)
    {
        var row = await _tables.GetAsync(
            QueueKeys.PartitionOf(view.Id), QueueKeys.SharePartition(view.Id, partition), cancellationToken);
        var (stored, isFormer) = Decode(view, partition, row);
        if (isFormer)
        {
            await CheckAsync(view, cancellationToken);
        }

        return stored;
    }

    /// <summary>Reads all partitions of the topic, in order: one query for a thousand.</summary>
    public async ValueTask<IReadOnlyList<StoredSharePartition>> ReadAllAsync(
        QueueView view, CancellationToken cancellationToken)
    {
        var rows = new Dictionary<string, TableRow>();
        var range = QueueKeys.SharePartitions(view.Id);
        for (var more = true; more;)
        {
            var page = await _tables.QueryAsync(
                QueueKeys.PartitionOf(view.Id), range, TableLimits.PageRowsMax, cancellationToken);
            foreach (var row in page.Rows)
            {
                rows.Add(row.Key, row);
                range = range.After(row.Key);
            }

            more = page.More && page.Rows.Count > 0;
        }

        var all = Enumerable.Range(0, view.Topic.PartitionCount)
            .Select(one => Decode(view, one, rows.GetValueOrDefault(QueueKeys.SharePartition(view.Id, one))))
            .ToArray();
        if (all.Any(static one => one.IsFormer))
        {
            await CheckAsync(view, cancellationToken);
        }

        return [.. all.Select(static one => one.Stored)];
    }

    /// <summary>The state as of now: what time has made due is done, though not stored.</summary>
    public SharePartition Settle(QueueView view, StoredSharePartition stored) =>
        SharePartitionRules.Settle(stored.State, view.Settings, _clock.Read().AtLeast);

    /// <summary>Changes a partition.</summary>
    /// <param name="view">The queue and its topic.</param>
    /// <param name="partition">Which partition.</param>
    /// <param name="known">What was read a moment ago, to decide on first; null to read.</param>
    /// <param name="decide">
    /// Gives the next state and the outcome for a settled state; pure, since a lost race asks it again.
    /// </param>
    /// <param name="cancellationToken">Abandons the wait; the change may happen nevertheless.</param>
    /// <exception cref="StorageUnavailableException">
    /// Nothing was changed; also when others kept changing the row.
    /// </exception>
    /// <exception cref="StorageOutcomeUnknownException">It may have been changed.</exception>
    public async ValueTask<T> ChangeAsync<T>(
        QueueView view,
        int partition,
        StoredSharePartition? known,
        Func<SharePartition, (SharePartition Next, T Outcome)> decide,
        CancellationToken cancellationToken)
    {
        var attempts = new Attempts<T>();
        var (found, doubt) = await _changes.RunAsync(
            $"Partition {partition} of the {view.Id}",
            QueueLimits.AttemptsMax,
            async _ =>
            {
                var stored = known ?? await ReadAsync(view, partition, cancellationToken);
                known = null;
                if (attempts.Find(stored) is { } found)
                {
                    return (true, found);
                }

                var (next, outcome) = decide(Settle(view, stored));
                if (ReferenceEquals(next, stored.State))
                {
                    return (true, new Attempt<T>(IsKnown: true, outcome));
                }

                if (stored.Version is null)
                {
                    // Nobody has used the partition yet, or the queue was deleted and this node does not know so.
                    await CheckAsync(view, cancellationToken);
                }

                var attempt = new Attempt<T>(IsKnown: true, outcome);
                var stamp = NextStamp();
                attempts.Begin(stored, stamp, attempt);
                var isWritten = await WriteAsync(view, partition, stored, stored.After(next, stamp), cancellationToken);
                attempts.End(stamp);
                return (isWritten, attempt);
            },
            cancellationToken);
        return found.IsKnown ? found.Outcome! : throw doubt!;
    }

    private async ValueTask<bool> WriteAsync(
        QueueView view,
        int partition,
        StoredSharePartition stored,
        StoredSharePartition next,
        CancellationToken cancellationToken)
    {
        var (key, value) = (
            QueueKeys.SharePartition(view.Id, partition), SharePartitionRows.Encode(view.Queue.Life, next));
        RowChange change = stored.Version is { } version
            ? new RowChange.Replace(key, value, version)
            : new RowChange.Insert(key, value);
        return await _tables.ExecuteAsync(QueueKeys.PartitionOf(view.Id), [change], cancellationToken)
            is TableTransaction.Committed;
    }

    private (StoredSharePartition Stored, bool IsFormer) Decode(QueueView view, int partition, TableRow? row)
    {
        var beginning = SharePartition.Begin(view.Topic.Id, view.Queue.StartOf(view.Topic.Id, partition));
        if (row is null)
        {
            return (new StoredSharePartition(beginning, null, 0, []), false);
        }

        _clock.Observe(row.WrittenAt);
        var (life, stored) = SharePartitionRows.Decode(row);
        return life == view.Queue.Life && stored.State.Topic == view.Topic.Id
            ? (stored, false)
            : (stored with { State = beginning }, true);
    }

    // Either a row or the view is of a life that is over, or may be. What is read now, behind the row, decides.
    private async ValueTask CheckAsync(QueueView view, CancellationToken cancellationToken)
    {
        var queue = await _queues.ReadNowAsync(view.Id, cancellationToken);
        var topic = await _topics.ReadNowAsync(view.Id.Topic, cancellationToken);
        if (queue?.Life != view.Queue.Life || topic?.Id != view.Topic.Id)
        {
            throw new StaleViewException();
        }
    }

    private long NextStamp() => unchecked(Interlocked.Increment(ref _stamp));
}
