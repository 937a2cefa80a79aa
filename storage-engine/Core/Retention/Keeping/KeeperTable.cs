using System.Runtime.CompilerServices;
using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Retention.Keeping;

/// <summary>The keepers' own rows: who is at which topic, what they did, and what time it is for storage.</summary>
/// <remarks>
/// A lease is politeness: it keeps two nodes from doing the same work, and loses nothing when it fails to, since every
/// change of a log is conditional on what it was decided on.
/// </remarks>
internal sealed class KeeperTable
{
    private const int AttemptsMax = 8;

    // A lease is renewed behind each step, and this often while there is nothing to do.
    private const int RenewalsPerLease = 4;

    private readonly ITableStore _tables;
    private readonly KeeperSettings _settings;
    private readonly NodeIdentity _node;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly StorageClock _clock;
    private readonly ConditionalChange _changes;

    public KeeperTable(
        ITableStore tables, KeeperSettings settings, NodeIdentity node, TimeProvider time, Random random)
    {
        (_tables, _settings, _node, _time, _random) = (tables, settings, node, time, random);
        _clock = new StorageClock(time);
        _changes = new ConditionalChange(time, random);
    }

    /// <summary>The storage service's time, or a little less; known once a run has begun.</summary>
    public DateTimeOffset Now => _clock.Read().AtLeast;

    /// <summary>Begins a run: learns the time, and where the last run has stopped.</summary>
    public async ValueTask<KeeperRunRow> BeginRunAsync(CancellationToken cancellationToken)
    {
        var stamp = Stamp();
        var (row, _) = await _changes.RunAsync(
            "The row of the run over all topics",
            AttemptsMax,
            async _ =>
            {
                var stored = await GetAsync(KeeperKeys.Run, cancellationToken);
                if (stored is not null && KeeperRunRow.Decode(stored) is { } found && found.Stamp == stamp)
                {
                    return (true, found with { StartedAt = stored.WrittenAt.ToUnixTimeMilliseconds() });
                }

                var last = stored is null ? null : KeeperRunRow.Decode(stored);
                var begun = new KeeperRunRow(
                    KeeperJson.Form,
                    KeeperJson.TextOf(_node.Id),
                    stamp,
                    KeeperCounts.None,
                    Next: last?.Next,
                    NextPartition: last?.NextPartition,
                    NextShared: last?.NextShared);
                await WriteAsync(KeeperKeys.Run, begun.Encode(), stored?.Version, cancellationToken);

                // The next round reads it, and with it the time.
                return (false, begun);
            },
            cancellationToken);
        return row;
    }

    /// <summary>Says what a run did, unless another one has begun since.</summary>
    public async ValueTask EndRunAsync(KeeperRunRow row, CancellationToken cancellationToken) =>
        await _changes.RunAsync(
            "The row of the run over all topics",
            AttemptsMax,
            async _ => (
                await GetAsync(KeeperKeys.Run, cancellationToken) is not { } stored
                    || KeeperRunRow.Decode(stored).Stamp != row.Stamp
                    || await WriteAsync(KeeperKeys.Run, row.Encode(), stored.Version, cancellationToken) is not null,
                true),
            cancellationToken);

    /// <summary>Learns the time without beginning a run over all topics: moves the version of the row of the last
    /// one.</summary>
    public async ValueTask LearnTimeAsync(CancellationToken cancellationToken)
    {
        if (await GetAsync(KeeperKeys.Run, cancellationToken) is not { } row)
        {
            await BeginRunAsync(cancellationToken);
            return;
        }

        await _tables.ExecuteAsync(
            KeeperKeys.Partition, [new RowChange.Check(KeeperKeys.Run, row.Version)], cancellationToken);
        await GetAsync(KeeperKeys.Run, cancellationToken);
    }

    /// <summary>Takes a topic; null when another node is at it.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="from">The partition to begin with; null for the one at which the topic's last run left work.</param>
    /// <param name="cancellationToken">Abandons the attempt.</param>
    public async ValueTask<TopicLease?> TryTakeAsync(Topic topic, int? from, CancellationToken cancellationToken)
    {
        var (key, stamp) = (KeeperKeys.Topic(topic.Id), Stamp());
        var (lease, _) = await _changes.RunAsync(
            $"The keeper's row of topic {topic.Name}",
            AttemptsMax,
            async _ =>
            {
                var stored = await GetAsync(key, cancellationToken);
                var before = stored is null ? null : TopicKeeperRow.Decode(stored);
                if (before?.Stamp == stamp)
                {
                    return (true, Lease(key, before, stored!.Version));
                }

                if (before?.IsHeld(stored!.WrittenAt, _settings.LeaseDuration, Now) == true)
                {
                    return (true, null);
                }

                var row = Begin(topic, from ?? before?.Next ?? 0, before, stamp);
                var version = await WriteAsync(key, row.Encode(), stored?.Version, cancellationToken);
                return (version is not null, version is { } written ? Lease(key, row, written) : null);
            },
            cancellationToken);
        return lease;
    }

    /// <summary>Whether a lease should be renewed, also when there is nothing to tell.</summary>
    public bool NeedsRenewal(TopicLease lease) =>
        _time.GetElapsedTime(lease.SavedAt) >= _settings.LeaseDuration / RenewalsPerLease;

    /// <summary>Whether the topic's copies should be listed again.</summary>
    public bool MayHaveStrays(TopicLease lease) =>
        lease.Row.ListedAt is not { } listedAt
        || KeeperTimes.HasPassed(
            DateTimeOffset.FromUnixTimeMilliseconds(listedAt), _settings.StrayCopyInterval, Now);

    /// <summary>Says how far a run is, which renews its lease.</summary>
    /// <returns>Null when another node has taken over: stop.</returns>
    public async ValueTask<TopicLease?> SaveAsync(
        TopicLease lease, TopicKeeperRow row, CancellationToken cancellationToken)
    {
        var next = row with { Writes = lease.Row.Writes + 1 };
        var (saved, _) = await _changes.RunAsync(
            $"The keeper's row of topic {row.Topic}",
            AttemptsMax,
            async inDoubt =>
            {
                if (await WriteAsync(lease.Key, next.Encode(), lease.Version, cancellationToken) is { } version)
                {
                    return (true, Lease(lease.Key, next, version));
                }

                var isMine = inDoubt && await GetAsync(lease.Key, cancellationToken) is { } stored
                    && TopicKeeperRow.Decode(stored) is var found
                    && (found.Stamp, found.Writes) == (next.Stamp, next.Writes)
                    ? stored.Version
                    : (RowVersion?)null;
                return (true, isMine is { } mine ? Lease(lease.Key, next, mine) : null);
            },
            cancellationToken);
        return saved;
    }

    /// <summary>The row of the last run over all topics, or null.</summary>
    public ValueTask<TableRow?> ReadRunAsync(CancellationToken cancellationToken) =>
        GetAsync(KeeperKeys.Run, cancellationToken);

    /// <summary>The rows of all topics, page by page while the caller goes on.</summary>
    /// <param name="after">The topic behind which they begin; null for all.</param>
    /// <param name="cancellationToken">Abandons the reading.</param>
    public async IAsyncEnumerable<TableRow> ListTopicsAsync(
        TopicId? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var range = after is { } last ? KeeperKeys.Topics.After(KeeperKeys.Topic(last)) : KeeperKeys.Topics;
        for (var more = true; more;)
        {
            var page = await _tables.QueryAsync(
                KeeperKeys.Partition, range, TableLimits.PageRowsMax, cancellationToken);
            foreach (var row in page.Rows)
            {
                yield return row;
            }

            more = page.More && page.Rows.Count > 0;
            range = more ? range.After(page.Rows[^1].Key) : range;
        }
    }

    /// <summary>Forgets the row of a topic that is gone; who changed it meanwhile keeps it.</summary>
    public async ValueTask ForgetAsync(TableRow row, CancellationToken cancellationToken) =>
        await _tables.ExecuteAsync(
            KeeperKeys.Partition, [new RowChange.Delete(row.Key, row.Version)], cancellationToken);

    private TopicKeeperRow Begin(Topic topic, int from, TopicKeeperRow? before, long stamp) => new(
        KeeperJson.Form,
        topic.Name.Value,
        KeeperJson.TextOf(_node.Id),
        stamp,
        1,
        Now.ToUnixTimeMilliseconds(),
        from < topic.PartitionCount ? from : 0,
        topic.PartitionCount,
        KeeperCounts.None,
        ListedAt: before?.ListedAt);

    private async ValueTask<TableRow?> GetAsync(string key, CancellationToken cancellationToken)
    {
        var row = await _tables.GetAsync(KeeperKeys.Partition, key, cancellationToken);
        if (row is not null)
        {
            _clock.Observe(row.WrittenAt);
        }

        return row;
    }

    private async ValueTask<RowVersion?> WriteAsync(
        string key, byte[] content, RowVersion? version, CancellationToken cancellationToken)
    {
        RowChange change = version is { } known
            ? new RowChange.Replace(key, content, known)
            : new RowChange.Insert(key, content);
        return await _tables.ExecuteAsync(KeeperKeys.Partition, [change], cancellationToken)
            is TableTransaction.Committed committed
            ? committed.Versions[0]
            : null;
    }

    private TopicLease Lease(string key, TopicKeeperRow row, RowVersion version) =>
        new(key, row, version, _time.GetTimestamp());

    private long Stamp() => _random.NextNonce64();
}
