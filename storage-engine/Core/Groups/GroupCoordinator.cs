using Serverless.StorageEngine.Offsets;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Groups;

/// <summary>
/// Serves the requests of all consumer groups on any node: reads the group's rows, lets <see cref="GroupMachine"/>
/// decide, and writes the decision in one transaction on the condition that no row it was made from has changed.
/// </summary>
/// <remarks>Keeps nothing of a group in memory, so every node can serve every request.</remarks>
public sealed class GroupCoordinator
{
    private readonly ITableStore _tables;
    private readonly TopicCatalog _topics;
    private readonly SubscribedTopics _subscribed;
    private readonly OffsetLedger _offsets;
    private readonly GroupSettings _settings;
    private readonly StorageClock _clock;
    private readonly ConditionalChange _changes;
    private long _stamp;

    /// <summary>Touches no storage.</summary>
    /// <param name="tables">Where the rows of the groups lie.</param>
    /// <param name="topics">The topics that instances subscribe to.</param>
    /// <param name="settings">What the operator has set.</param>
    /// <param name="time">The only clock.</param>
    /// <param name="random">The only source of randomness; safe for several threads at once.</param>
    public GroupCoordinator(
        ITableStore tables, TopicCatalog topics, GroupSettings settings, TimeProvider time, Random random)
    {
        _tables = tables;
        _topics = topics;
        _subscribed = new SubscribedTopics(topics, settings, time);
        _offsets = new OffsetLedger(tables);
        _settings = settings;
        _clock = new StorageClock(time);
        _changes = new ConditionalChange(time, random);
        _stamp = random.NextInt64(long.MinValue, long.MaxValue);
    }

    /// <summary>Adds an instance to a group.</summary>
    /// <param name="group">The group; it need not exist.</param>
    /// <param name="instance">The instance's name.</param>
    /// <param name="settings">What the client chose.</param>
    /// <param name="cancellationToken">Abandons the wait; the instance may exist nevertheless.</param>
    public ValueTask<GroupOutcome> CreateAsync(
        GroupId group, InstanceId instance, InstanceSettings settings, CancellationToken cancellationToken) =>
        ExecuteAsync(group, new GroupRequest.Create(instance, settings, NextStamp()), cancellationToken);

    /// <summary>Commits offsets.</summary>
    /// <param name="group">The group.</param>
    /// <param name="instance">Who asks.</param>
    /// <param name="offsets">
    /// What to commit; the last one counts for a partition that stands there twice. Null for the positions of
    /// everything read so far.
    /// </param>
    /// <param name="cancellationToken">Abandons the wait; some or all offsets may be committed nevertheless.</param>
    /// <remarks>
    /// More than <see cref="GroupLimits.OffsetsPerTransactionMax"/> offsets are committed in several transactions; a
    /// refusal or a fault leaves those before it committed.
    /// </remarks>
    public async ValueTask<GroupOutcome> CommitAsync(
        GroupId group,
        InstanceId instance,
        IReadOnlyList<PartitionOffset>? offsets,
        CancellationToken cancellationToken)
    {
        if (offsets is null)
        {
            return await CommitPositionsAsync(group, instance, cancellationToken);
        }

        var distinct = new Dictionary<TopicPartition, PartitionOffset>();
        foreach (var offset in offsets)
        {
            distinct[offset.Partition] = offset;
        }

        if (distinct.Count == 0)
        {
            return await ExecuteAsync(group, new GroupRequest.Touch(instance), cancellationToken);
        }

        GroupOutcome outcome = new GroupOutcome.Done(null, []);
        foreach (var chunk in distinct.Values.Chunk(GroupLimits.OffsetsPerTransactionMax))
        {
            outcome = await ExecuteAsync(group, new GroupRequest.Commit(instance, [.. chunk]), cancellationToken);
            if (outcome is GroupOutcome.Refused)
            {
                return outcome;
            }
        }

        return outcome;
    }

    /// <summary>
    /// Commits what was read, if the instance commits by itself, and removes it; others get its partitions at once.
    /// </summary>
    /// <param name="group">The group.</param>
    /// <param name="instance">Who leaves.</param>
    /// <param name="cancellationToken">Abandons the wait; the instance may be gone nevertheless.</param>
    public async ValueTask<GroupOutcome> CloseAsync(
        GroupId group, InstanceId instance, CancellationToken cancellationToken)
    {
        var outcome = await ExecuteAsync(group, new GroupRequest.Touch(instance), cancellationToken);
        if (outcome is GroupOutcome.Done { Instance.Settings.AutoCommit: true })
        {
            outcome = await CommitPositionsAsync(group, instance, cancellationToken);
        }

        return outcome is GroupOutcome.Refused
            ? outcome
            : await ExecuteAsync(group, new GroupRequest.Leave(instance), cancellationToken);
    }

    /// <summary>Reads the offsets that the group has committed.</summary>
    /// <param name="group">The group.</param>
    /// <param name="partitions">Of which partitions; those of unknown topics are passed over.</param>
    /// <param name="cancellationToken">Abandons the read.</param>
    public async ValueTask<IReadOnlyDictionary<TopicPartition, CommittedOffset>> FetchOffsetsAsync(
        GroupId group, IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellationToken)
    {
        var lives = new Dictionary<TopicPartition, TopicId>();
        foreach (var topic in partitions.GroupBy(static one => one.Topic))
        {
            if (await _topics.FindAsync(topic.Key, cancellationToken) is { } found)
            {
                foreach (var partition in topic)
                {
                    lives[partition] = found.Id;
                }
            }
        }

        return await _offsets.FetchAsync(group, lives, cancellationToken);
    }

    /// <summary>Serves one request.</summary>
    /// <param name="group">The group.</param>
    /// <param name="request">What is asked.</param>
    /// <param name="cancellationToken">Abandons the wait; the request may take effect nevertheless.</param>
    /// <exception cref="StorageUnavailableException">
    /// Nothing was done; also when others kept changing the group.
    /// </exception>
    /// <exception cref="StorageOutcomeUnknownException">The request may have been done.</exception>
    public ValueTask<GroupOutcome> ExecuteAsync(
        GroupId group, GroupRequest request, CancellationToken cancellationToken) =>
        ExecuteAsync(group, request, known: null, cancellationToken);

    /// <summary>
    /// Serves one request, deciding first on what is <paramref name="known"/> instead of reading it again.
    /// </summary>
    internal async ValueTask<GroupOutcome> ExecuteAsync(
        GroupId group, GroupRequest request, GroupView? known, CancellationToken cancellationToken)
    {
        // Every decision finds its own effect and does not have it twice.
        var (outcome, doubt) = await _changes.RunAsync(
            $"Group '{group}'",
            GroupLimits.AttemptsMax,
            async again =>
            {
                var view = known ?? await ReadAsync(group, cancellationToken);
                known = null;
                var decided = await TryAsync(group, request, view, again, cancellationToken);
                return (decided is not null, decided);
            },
            cancellationToken);

        // An earlier attempt may have moved the position, and later requests pushed its stamp out of the row: then its
        // records were taken, and nobody got them. The client must know, so that it can seek back.
        return doubt is not null && outcome is GroupOutcome.Refused { Error: GroupError.Superseded }
            ? throw doubt
            : outcome!;
    }

    /// <summary>A number that no other request has.</summary>
    internal long NextStamp() => unchecked(Interlocked.Increment(ref _stamp));

    private async ValueTask<GroupOutcome?> TryAsync(
        GroupId group, GroupRequest request, GroupView view, bool again, CancellationToken cancellationToken)
    {
        var topics = await _subscribed.FindAsync(view.State, request, cancellationToken);
        var now = _clock.Read();
        var settled = GroupMachine.Settle(view.State, topics, now, _settings.InstanceTimeout);
        if (!ReferenceEquals(settled, view.State))
        {
            // By itself, so that a request's own rows always fit into a transaction beside a rebalance it causes.
            await WriteAsync(group, view.ChangesTo(group, settled, self: null), cancellationToken);
            return null;
        }

        switch (GroupMachine.Decide(settled, request, topics, now, _settings.InstanceTimeout))
        {
            // It was there when this request first looked, so this request removed it.
            case GroupDecision.Refused { Error: GroupError.InstanceNotFound }
                when again && request is GroupRequest.Leave:
                return new GroupOutcome.Done(null, []);

            case GroupDecision.Refused refused:
                return new GroupOutcome.Refused(refused.Error, refused.Detail);

            case GroupDecision.Accepted accepted
                when ReferenceEquals(accepted.Next, settled) && accepted.Commits.IsEmpty:
                return Done(accepted, request) with { View = view };

            case GroupDecision.Accepted accepted:
                IReadOnlyList<RowChange> changes =
                [
                    .. view.ChangesTo(group, accepted.Next, request.Instance),
                    .. await _offsets.PrepareAsync(group, accepted.Commits, now.Likely, cancellationToken),
                ];
                return await WriteAsync(group, changes, cancellationToken) ? Done(accepted, request) : null;

            default:
                return null;
        }
    }

    private static GroupOutcome.Done Done(GroupDecision.Accepted accepted, GroupRequest request) =>
        new(accepted.Next.Instances.GetValueOrDefault(request.Instance), accepted.Commits);

    private async ValueTask<GroupOutcome> CommitPositionsAsync(
        GroupId group, InstanceId instance, CancellationToken cancellationToken)
    {
        // An instance owns a bounded number of partitions, and each round commits as many as one transaction takes.
        GroupOutcome outcome;
        do
        {
            outcome = await ExecuteAsync(group, new GroupRequest.Commit(instance, null), cancellationToken);
        }
        while (outcome is GroupOutcome.Done { Commits.Length: GroupLimits.OffsetsPerTransactionMax });

        return outcome;
    }

    private async ValueTask<GroupView> ReadAsync(GroupId group, CancellationToken cancellationToken)
    {
        var rows = new List<TableRow>();
        var range = GroupKeys.GroupAndInstances;
        TablePage page;
        do
        {
            page = await _tables.QueryAsync(
                GroupKeys.Partition(group), range, TableLimits.PageRowsMax, cancellationToken);
            rows.AddRange(page.Rows);
            range = rows.Count > 0 ? range.After(rows[^1].Key) : range;
        }
        while (page.More);

        foreach (var row in rows)
        {
            _clock.Observe(row.WrittenAt);
        }

        var key = GroupKeys.Group(group);
        return new GroupView(
            GroupRows.Decode(rows.Find(row => row.Key == key), rows.Where(row => row.Key != key)),
            rows.ToDictionary(static row => row.Key, static row => row.Version));
    }

    private async ValueTask<bool> WriteAsync(
        GroupId group, IReadOnlyList<RowChange> changes, CancellationToken cancellationToken) =>
        await _tables.ExecuteAsync(GroupKeys.Partition(group), changes, cancellationToken)
            is TableTransaction.Committed;
}
