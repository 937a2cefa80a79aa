using System.Runtime.CompilerServices;
using Serverless.StorageEngine.Offsets;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Groups;

/// <summary>
/// Serves the requests of all consumer groups on any node: reads the group's rows, lets <see cref="GroupMachine"/>
/// decide, and writes the decision in one transaction on the condition that no row it was made from has changed.
/// </summary>
/// <remarks>Depends on nothing that a node keeps of a group, so every node can serve every request.</remarks>
public sealed class GroupCoordinator
{
    private readonly TopicCatalog _topics;
    private readonly GroupTable _table;
    private readonly GroupIndex _index;
    private readonly GroupDeletion _deletion;
    private readonly GroupSteps _steps;
    private readonly SubscribedTopics _subscribed;
    private readonly OffsetLedger _offsets;
    private readonly GroupSettings _settings;
    private readonly StorageClock _clock;
    private long _stamp;

    /// <summary>Touches no storage.</summary>
    /// <param name="tables">Where the rows of the groups lie.</param>
    /// <param name="topics">The topics that members subscribe to.</param>
    /// <param name="settings">What the operator has set.</param>
    /// <param name="time">The only clock.</param>
    /// <param name="random">The only source of randomness; safe for several threads at once.</param>
    public GroupCoordinator(
        ITableStore tables, TopicCatalog topics, GroupSettings settings, TimeProvider time, Random random)
    {
        var changes = new ConditionalChange(time, random);
        _topics = topics;
        _settings = settings;
        _subscribed = new SubscribedTopics(topics, settings, time);
        _offsets = new OffsetLedger(tables);
        _clock = new StorageClock(time);
        _table = new GroupTable(tables, _clock, settings);
        _index = new GroupIndex(tables);
        _deletion = new GroupDeletion(tables, _table, _index, _offsets, changes);
        _steps = new GroupSteps(tables, _table, _index, _subscribed, _offsets, settings, _clock, changes);
        _stamp = random.NextNonce64();
    }

    /// <summary>What this node knows of the storage service's time.</summary>
    internal StorageClock Clock => _clock;

    /// <summary>Adds a member to a group.</summary>
    /// <param name="group">The group; it need not exist.</param>
    /// <param name="instance">The member's name.</param>
    /// <param name="settings">What the client chose.</param>
    /// <param name="cancellationToken">Abandons the wait; the member may exist nevertheless.</param>
    public ValueTask<GroupOutcome> CreateAsync(
        GroupId group, InstanceId instance, InstanceSettings settings, CancellationToken cancellationToken) =>
        ExecuteAsync(
            group,
            new GroupRequest.Create(instance, settings, _settings.InstanceTimeout, NextStamp()),
            cancellationToken);

    /// <summary>Commits offsets of a member.</summary>
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
    public ValueTask<GroupOutcome> CommitAsync(
        GroupId group,
        InstanceId instance,
        IReadOnlyList<PartitionOffset>? offsets,
        CancellationToken cancellationToken) =>
        CommitAsync(group, instance, epoch: null, offsets, cancellationToken);

    /// <summary>Commits offsets of a member that knows its epoch.</summary>
    /// <param name="group">The group.</param>
    /// <param name="instance">Who asks.</param>
    /// <param name="epoch">The epoch it believes to have; null when it knows of none.</param>
    /// <param name="offsets">As in the other form.</param>
    /// <param name="cancellationToken">Abandons the wait; some or all offsets may be committed nevertheless.</param>
    public async ValueTask<GroupOutcome> CommitAsync(
        GroupId group,
        InstanceId instance,
        int? epoch,
        IReadOnlyList<PartitionOffset>? offsets,
        CancellationToken cancellationToken)
    {
        if (offsets is null)
        {
            return await CommitPositionsAsync(group, instance, epoch, cancellationToken);
        }

        return offsets.Count > 0
            ? await ExecuteAllAsync(
                group,
                Chunks(offsets).Select(chunk => new GroupRequest.Commit(instance, [.. chunk]) { Epoch = epoch }),
                cancellationToken)
            : await ExecuteAsync(group, new GroupRequest.Touch(instance), cancellationToken);
    }

    /// <summary>Commits offsets for nobody in particular: a consumer that is not a member, or an operator.</summary>
    /// <param name="group">The group; it need not exist.</param>
    /// <param name="offsets">What to commit; the last one counts for a partition that stands there twice.</param>
    /// <param name="removed">Partitions whose offsets are forgotten.</param>
    /// <param name="onlyIfEmpty">Whether any member stands in the way, also one that shares no partitions.</param>
    /// <param name="cancellationToken">Abandons the wait; some or all may be done nevertheless.</param>
    /// <returns>Refused with <see cref="GroupError.GroupNotEmpty"/> while the group has members.</returns>
    public async ValueTask<GroupOutcome> AlterOffsetsAsync(
        GroupId group,
        IReadOnlyList<PartitionOffset> offsets,
        IReadOnlyList<TopicPartition> removed,
        bool onlyIfEmpty,
        CancellationToken cancellationToken)
    {
        var steps = Chunks(offsets).Select(static chunk => new GroupRequest.Alter([.. chunk], []))
            .Concat(removed.Distinct().Chunk(GroupLimits.OffsetsPerTransactionMax)
                .Select(static chunk => new GroupRequest.Alter([], [.. chunk])));
        return await ExecuteAllAsync(
            group, steps.Select(step => step with { OnlyIfEmpty = onlyIfEmpty }), cancellationToken);
    }

    /// <summary>
    /// Commits what was read, if the member commits by itself, and removes it; others get its partitions at once.
    /// </summary>
    /// <param name="group">The group.</param>
    /// <param name="instance">Who leaves.</param>
    /// <param name="cancellationToken">Abandons the wait; the member may be gone nevertheless.</param>
    public async ValueTask<GroupOutcome> CloseAsync(
        GroupId group, InstanceId instance, CancellationToken cancellationToken)
    {
        var outcome = await ExecuteAsync(group, new GroupRequest.Touch(instance), cancellationToken);
        if (outcome is GroupOutcome.Done { Instance.Settings.AutoCommit: true })
        {
            outcome = await CommitPositionsAsync(group, instance, epoch: null, cancellationToken);
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

        if (lives.Count == 0 || await _table.ReadStateAsync(group, cancellationToken) is not { Deleting: false } state)
        {
            return new Dictionary<TopicPartition, CommittedOffset>();
        }

        return Remembered(state, await _offsets.FetchAsync(group, lives, cancellationToken));
    }

    /// <summary>Shows a group with all its members and offsets.</summary>
    /// <param name="group">The group.</param>
    /// <param name="cancellationToken">Abandons the read.</param>
    /// <returns>Null when there is none of this name.</returns>
    public async ValueTask<GroupDescription?> DescribeAsync(GroupId group, CancellationToken cancellationToken)
    {
        var view = await _table.ReadWholeAsync(group, cancellationToken);
        if (view.Group is null || view.Draft.State.Deleting)
        {
            return null;
        }

        var topics = await _subscribed.FindAsync(view.Draft, [], cancellationToken);
        var settled = Settled(view.Draft, topics, _clock.Read());
        var offsets = Remembered(settled.State, await _offsets.FetchAllAsync(group, cancellationToken));
        var living = new Dictionary<TopicPartition, CommittedOffset>();
        foreach (var topic in offsets.GroupBy(static one => one.Key.Topic))
        {
            if (await _topics.FindAsync(topic.Key, cancellationToken) is { } found)
            {
                foreach (var (partition, committed) in topic.Where(one => one.Value.Topic == found.Id))
                {
                    living[partition] = committed;
                }
            }
        }

        return new GroupDescription(
            group,
            settled.State,
            settled.Instances.Keys.ToDictionary(static id => id, id => settled.Shown(id)!),
            living);
    }

    /// <summary>The names of all groups, in the order of their escaped forms.</summary>
    /// <param name="after">The last one of the page before; null for the first page.</param>
    /// <param name="cancellationToken">Abandons the reading.</param>
    public async IAsyncEnumerable<GroupId> ListAsync(
        GroupId? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var group in _index.ListAsync(after, cancellationToken))
        {
            yield return group;
        }
    }

    /// <summary>Deletes a group without members, and all that it has committed.</summary>
    /// <param name="group">The group.</param>
    /// <param name="cancellationToken">Abandons the wait; the group may be deleted nevertheless.</param>
    /// <returns>
    /// Refused with <see cref="GroupError.GroupNotEmpty"/> or <see cref="GroupError.GroupNotFound"/>.
    /// </returns>
    public async ValueTask<GroupOutcome> DeleteAsync(GroupId group, CancellationToken cancellationToken)
    {
        if (await _table.ReadStateAsync(group, cancellationToken) is null)
        {
            return new GroupOutcome.Refused(GroupError.GroupNotFound, $"There is no group '{group}'.");
        }

        var outcome = await _steps.RunAsync(group, new GroupRequest.Delete(), known: null, cancellationToken);
        if (outcome is GroupOutcome.Done)
        {
            try
            {
                await _deletion.FinishAsync(group, cancellationToken);
            }
            catch (Exception exception)
                when (exception is StorageUnavailableException or StorageOutcomeUnknownException)
            {
                // It is deleted for everyone; whoever uses the name next removes the rest of its rows.
            }
        }

        return outcome;
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
        var outcome = await _steps.RunAsync(group, request, known, cancellationToken);
        if (outcome is GroupOutcome.Refused { Error: GroupError.GroupDeleting })
        {
            // Whoever deletes it may have died: the name is free once this is done.
            await _deletion.FinishAsync(group, cancellationToken);
            outcome = await _steps.RunAsync(group, request, known: null, cancellationToken);
        }

        return outcome;
    }

    /// <summary>A number that no other request has.</summary>
    internal long NextStamp() => unchecked(Interlocked.Increment(ref _stamp));

    private Dictionary<TopicPartition, CommittedOffset> Remembered(
        GroupState state, IReadOnlyDictionary<TopicPartition, CommittedOffset> offsets)
    {
        var before = state.ForgottenBefore(_clock.Read().AtLeast, _settings.OffsetsRetention);
        return offsets.Where(one => one.Value.CommittedAt >= before)
            .ToDictionary(static one => one.Key, static one => one.Value);
    }

    // One round expels no more members than one transaction could.
    private GroupDraft Settled(GroupDraft draft, IReadOnlyCollection<Topic> topics, StorageInstant now)
    {
        var settled = GroupMachine.Settle(draft, topics, now, _settings);
        return ReferenceEquals(settled, draft) ? draft : Settled(settled, topics, now);
    }

    // Several transactions: when one fails behind others, that is not nothing.
    private async ValueTask<GroupOutcome> ExecuteAllAsync(
        GroupId group, IEnumerable<GroupRequest> requests, CancellationToken cancellationToken)
    {
        GroupOutcome outcome = new GroupOutcome.Done(null, []);
        var done = 0;
        foreach (var request in requests)
        {
            try
            {
                outcome = await ExecuteAsync(group, request, cancellationToken);
            }
            catch (StorageUnavailableException exception) when (done > 0)
            {
                throw new StorageOutcomeUnknownException(
                    $"The first {done * GroupLimits.OffsetsPerTransactionMax} offsets are stored, and the others are "
                    + $"not. {exception.Message}",
                    exception);
            }

            if (outcome is GroupOutcome.Refused refused)
            {
                return refused with { Applied = done * GroupLimits.OffsetsPerTransactionMax };
            }

            done++;
        }

        return outcome;
    }

    private static IEnumerable<PartitionOffset[]> Chunks(IReadOnlyList<PartitionOffset> offsets)
    {
        var distinct = new Dictionary<TopicPartition, PartitionOffset>();
        foreach (var offset in offsets)
        {
            distinct[offset.Partition] = offset;
        }

        return distinct.Values.Chunk(GroupLimits.OffsetsPerTransactionMax);
    }

    private async ValueTask<GroupOutcome> CommitPositionsAsync(
        GroupId group, InstanceId instance, int? epoch, CancellationToken cancellationToken)
    {
        // A member has a bounded number of partitions, and each round commits as many as one transaction takes.
        GroupOutcome outcome;
        do
        {
            outcome = await ExecuteAsync(
                group, new GroupRequest.Commit(instance, null) { Epoch = epoch }, cancellationToken);
        }
        while (outcome is GroupOutcome.Done { Commits.Length: GroupLimits.OffsetsPerTransactionMax });

        return outcome;
    }
}
