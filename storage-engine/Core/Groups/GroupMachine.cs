using System.Collections.Immutable;
using Serverless.StorageEngine.Diagnostics;
using Serverless.StorageEngine.Offsets;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Groups;

/// <summary>
/// Decides how a consumer group changes. Pure: the same state, topics, request and instant always give the same
/// decision, so a decision can be taken again after a lost table write, and replayed from a seed.
/// </summary>
public static class GroupMachine
{
    /// <summary>
    /// A sign of life is written when the last one is this part of the time-out old, so that few reads cost a write.
    /// </summary>
    public const int SignsOfLifePerTimeout = 10;

    /// <summary>
    /// Does what timers would have done: removes instances that were silent for <paramref name="timeout"/>, and gives
    /// every partition of the topics as they are now to exactly one living subscriber. To be stored before anything
    /// else is decided.
    /// </summary>
    /// <param name="state">The group as last read from the table.</param>
    /// <param name="topics">Every existing topic that anyone in the group wants.</param>
    /// <param name="now">The instant this request is judged at.</param>
    /// <param name="timeout">How long an instance may be silent; at exactly this age it is gone.</param>
    /// <returns><paramref name="state"/> itself when there is nothing to do.</returns>
    public static GroupState Settle(
        GroupState state, IReadOnlyCollection<Topic> topics, StorageInstant now, TimeSpan timeout) =>
        Rebalance.Apply(
            state,
            state.Instances.RemoveRange(
                state.Instances.Values.Where(one => now.AtLeast - one.SeenAt >= timeout).Select(one => one.Id)),
            topics);

    /// <summary>Decides one request.</summary>
    /// <param name="state">The group, settled.</param>
    /// <param name="request">What is asked.</param>
    /// <param name="topics">Every existing topic that anyone in the group wants or the request names.</param>
    /// <param name="now">The instant this request is judged at.</param>
    /// <param name="timeout">How long an instance may be silent.</param>
    public static GroupDecision Decide(
        GroupState state,
        GroupRequest request,
        IReadOnlyCollection<Topic> topics,
        StorageInstant now,
        TimeSpan timeout)
    {
        if (request is GroupRequest.Create create)
        {
            return Create(state, create, now);
        }

        if (!state.Instances.TryGetValue(request.Instance, out var instance))
        {
            return Refuse(GroupError.InstanceNotFound, $"There is no instance '{request.Instance}'.");
        }

        return request switch
        {
            GroupRequest.Leave =>
                Accept(Rebalance.Apply(state, state.Instances.Remove(instance.Id), topics)),
            GroupRequest.Touch => Touch(state, instance, now, timeout),
            GroupRequest.Subscribe subscribe => Subscribe(state, Seen(instance, now), subscribe.Subscription, topics),
            GroupRequest.Seek seek => Seek(state, Seen(instance, now), seek),
            GroupRequest.Commit commit => Commit(state, Seen(instance, now), commit.Offsets, topics),
            GroupRequest.Advance advance => Advance(state, instance, advance, now, timeout),
            _ => throw new InvariantViolatedException($"No decision is defined for {request}."),
        };
    }

    private static GroupDecision Create(GroupState state, GroupRequest.Create request, StorageInstant now)
    {
        if (state.Instances.TryGetValue(request.Instance, out var existing))
        {
            return existing.Stamps.Contains(request.Stamp)
                ? Accept(state)
                : Refuse(GroupError.InstanceExists, $"Instance '{request.Instance}' exists.");
        }

        if (state.Instances.Count >= GroupLimits.InstancesMax)
        {
            return Refuse(
                GroupError.GroupFull, $"The group has {GroupLimits.InstancesMax} instances, the most it may have.");
        }

        var instance = new ConsumerInstance(
            request.Instance,
            request.Settings,
            Subscription.None.Instance,
            ImmutableSortedDictionary<TopicPartition, AssignedPartition>.Empty,
            [request.Stamp],
            now.AtLeast);
        return Accept(state.With(instance) with { Generation = state.Generation + 1 });
    }

    private static GroupDecision.Accepted Touch(
        GroupState state, ConsumerInstance instance, StorageInstant now, TimeSpan timeout) =>
        Accept(SignOfLifeIsDue(instance, now, timeout) ? state.With(Seen(instance, now)) : state);

    private static GroupDecision Subscribe(
        GroupState state, ConsumerInstance instance, Subscription wanted, IReadOnlyCollection<Topic> topics)
    {
        var present = instance.Subscription;
        if (present is not Subscription.None
            && wanted is not Subscription.None
            && present.GetType() != wanted.GetType())
        {
            return Refuse(
                GroupError.SubscriptionTypeConflict,
                "Subscription to topics, partitions and pattern are mutually exclusive");
        }

        if (wanted.Characters > GroupLimits.SubscriptionCharactersMax)
        {
            return Refuse(
                GroupError.SubscriptionTooLarge,
                $"The names take {wanted.Characters} characters; {GroupLimits.SubscriptionCharactersMax} are allowed.");
        }

        var instances = state.Instances.SetItem(instance.Id, instance with { Subscription = wanted });
        return Rebalance.ProblemOf(state, instances, topics) is { } problem
            ? Refuse(GroupError.SubscriptionTooLarge, problem)
            : Accept(Rebalance.Apply(state, instances, topics));
    }

    private static GroupDecision Seek(GroupState state, ConsumerInstance instance, GroupRequest.Seek request)
    {
        var assignment = instance.Assignment.ToBuilder();
        foreach (var (partition, offset) in request.Positions)
        {
            if (!assignment.TryGetValue(partition, out var assigned))
            {
                return Refuse(GroupError.NotAssigned, $"No current assignment for partition {partition}");
            }

            assignment[partition] = assigned with { Position = offset, Uncommitted = true };
        }

        return Accept(state.With(instance with { Assignment = assignment.ToImmutable() }));
    }

    private static GroupDecision Commit(
        GroupState state,
        ConsumerInstance instance,
        ImmutableArray<PartitionOffset>? offsets,
        IReadOnlyCollection<Topic> topics)
    {
        if (offsets is null)
        {
            var positions = UncommittedPositions(instance);
            return new GroupDecision.Accepted(state.With(Committed(instance, positions)), positions);
        }

        var lives = topics.ToDictionary(static topic => topic.Name);
        var commits = ImmutableArray.CreateBuilder<OffsetCommit>();
        foreach (var (partition, offset, metadata) in offsets.Value)
        {
            if (!lives.TryGetValue(partition.Topic, out var topic) || partition.Partition >= topic.PartitionCount)
            {
                return Refuse(GroupError.UnknownTopicOrPartition, $"There is no partition {partition}.");
            }

            if (state.Instances.Values.Any(other => other.Id != instance.Id && other.Owns(partition)))
            {
                return Refuse(GroupError.Fenced, $"Partition {partition} belongs to another instance of the group");
            }

            commits.Add(new OffsetCommit(partition, topic.Id, offset, metadata));
        }

        var stored = commits.ToImmutable();
        return new GroupDecision.Accepted(state.With(Committed(instance, stored)), stored);
    }

    private static GroupDecision Advance(
        GroupState state, ConsumerInstance instance, GroupRequest.Advance request, StorageInstant now, TimeSpan timeout)
    {
        if (instance.Stamps.Contains(request.Stamp))
        {
            return Accept(state);
        }

        // What stands uncommitted now was returned by an earlier read; whoever asks for more has got it.
        var commits = instance.Settings.AutoCommit ? UncommittedPositions(instance) : [];
        if (commits.IsEmpty && request.Moves.IsEmpty)
        {
            return Touch(state, instance, now, timeout);
        }

        var committed = Committed(instance, commits);
        var assignment = committed.Assignment.ToBuilder();
        foreach (var move in request.Moves)
        {
            // Another read of this instance, a seek or a rebalance came first: these records are not this read's to
            // return.
            if (!assignment.TryGetValue(move.Partition, out var assigned)
                || assigned.Topic != move.Topic
                || assigned.Position != move.From)
            {
                return Refuse(GroupError.Superseded, $"The position of {move.Partition} is no longer {move.From}.");
            }

            assignment[move.Partition] = assigned with { Position = move.To, Uncommitted = move.Uncommitted };
        }

        var advanced = Seen(committed, now).Stamped(request.Stamp) with { Assignment = assignment.ToImmutable() };
        return new GroupDecision.Accepted(state.With(advanced), commits);
    }

    private static ImmutableArray<OffsetCommit> UncommittedPositions(ConsumerInstance instance) =>
    [
        .. instance.Assignment
            .Where(static one => one.Value is { Uncommitted: true, Position: not null })
            .Take(GroupLimits.OffsetsPerTransactionMax)
            .Select(static one => new OffsetCommit(one.Key, one.Value.Topic, one.Value.Position!.Value, "")),
    ];

    // A position counts as committed only if exactly it was: a commit of an earlier offset leaves the rest to be
    // committed.
    private static ConsumerInstance Committed(
        ConsumerInstance instance, ImmutableArray<OffsetCommit> commits)
    {
        var settled = commits
            .Where(commit => instance.Assignment.GetValueOrDefault(commit.Partition)?.Position == commit.Offset)
            .Select(commit => KeyValuePair.Create(
                commit.Partition, instance.Assignment[commit.Partition] with { Uncommitted = false }));
        return instance with { Assignment = instance.Assignment.SetItems(settled) };
    }

    private static ConsumerInstance Seen(ConsumerInstance instance, StorageInstant now) =>
        instance with { SeenAt = now.AtLeast };

    private static bool SignOfLifeIsDue(ConsumerInstance instance, StorageInstant now, TimeSpan timeout) =>
        now.Likely - instance.SeenAt >= timeout / SignsOfLifePerTimeout;

    private static GroupDecision.Accepted Accept(GroupState next) => new(next, []);

    private static GroupDecision.Refused Refuse(GroupError error, string detail) => new(error, detail);
}
