using System.Collections.Immutable;
using Serverless.StorageEngine.Offsets;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Groups;

/// <summary>Who may commit which offsets.</summary>
internal static class OffsetRules
{
    /// <summary>A member commits.</summary>
    public static GroupDecision Commit(
        GroupDraft draft, ConsumerInstance instance, GroupRequest.Commit request, IReadOnlyCollection<Topic> topics)
    {
        var member = draft.State.Members[instance.Id];
        if (request.Epoch is { } epoch && epoch != member.Epoch)
        {
            return new GroupDecision.Refused(
                GroupError.StaleMemberEpoch, $"The member's epoch is {member.Epoch}, and the commit's is {epoch}.");
        }

        if (request.Offsets is not { } offsets)
        {
            var positions = Uncommitted(instance, topics, static _ => true);
            return Committing(draft, instance, request, positions, topics);
        }

        var (commits, problem) = Named(offsets, topics);
        if (problem is not null)
        {
            return problem;
        }

        var others = commits.Where(commit => !HasByItsOwnRow(instance, commit)).ToList();
        foreach (var commit in others)
        {
            if (draft.State.OwnerOf(commit.Partition) is { } owner && owner.Id != instance.Id)
            {
                return new GroupDecision.Refused(
                    GroupError.Fenced, $"Partition {commit.Partition} belongs to another instance of the group");
            }
        }

        // What others do not have they may get while this is stored; those who share nothing yet may begin to.
        return Committing(draft, instance, request, commits, topics) with { RestsOnGroup = others.Count > 0 };
    }

    /// <summary>Offsets are set or forgotten from outside the group.</summary>
    public static GroupDecision Alter(
        GroupDraft draft, GroupRequest.Alter request, IReadOnlyCollection<Topic> topics, StorageInstant now)
    {
        if (draft.State.Members.Values.Any(one => request.OnlyIfEmpty || one.Subscription.IsShared))
        {
            return new GroupDecision.Refused(
                GroupError.GroupNotEmpty,
                $"The group has {draft.State.Members.Count} members; stop them first, or commit as one of them.");
        }

        var (commits, problem) = Named(request.Offsets, topics);
        var kept = draft.State is { EmptySince: null, Members.IsEmpty: true }
            ? draft with { State = draft.State with { EmptySince = now.AtLeast } }
            : draft;
        return problem ?? (GroupDecision)new GroupDecision.Accepted(kept)
        {
            Commits = commits,
            Removed = request.Removed,
            RestsOnGroup = true,
        };
    }

    /// <summary>
    /// What a member has read and not committed, as much as one transaction takes. A position of a topic's former life
    /// is left out: it would stand in the place of what others have committed in the present one.
    /// </summary>
    public static ImmutableArray<OffsetCommit> Uncommitted(
        ConsumerInstance instance, IReadOnlyCollection<Topic> topics, Func<TopicPartition, bool> among)
    {
        var lives = topics.ToDictionary(static topic => topic.Name, static topic => topic.Id);
        return
        [
            .. instance.Assignment
                .Where(one => one.Value is { Uncommitted: true, Position: not null }
                    && (!lives.TryGetValue(one.Key.Topic, out var life) || life == one.Value.Topic)
                    && among(one.Key))
                .Take(GroupLimits.OffsetsPerTransactionMax)
                .Select(static one => new OffsetCommit(one.Key, one.Value.Topic, one.Value.Position!.Value, "")),
        ];
    }

    /// <summary>
    /// The member after a commit. A position counts as committed only if exactly it was: a commit of an earlier offset
    /// leaves the rest to be committed.
    /// </summary>
    public static ConsumerInstance Committed(ConsumerInstance instance, ImmutableArray<OffsetCommit> commits)
    {
        var settled = commits
            .Where(commit => instance.Assignment.GetValueOrDefault(commit.Partition)?.Position == commit.Offset)
            .Select(commit => KeyValuePair.Create(
                commit.Partition, instance.Assignment[commit.Partition] with { Uncommitted = false }));
        return instance with { Assignment = instance.Assignment.SetItems(settled) };
    }

    // Then the condition on that row is enough: nobody else gets the partition before it has changed.
    private static bool HasByItsOwnRow(ConsumerInstance instance, OffsetCommit commit) =>
        instance.Subscription is not Subscription.Assigned
        && instance.Assignment.GetValueOrDefault(commit.Partition)?.Topic == commit.Topic;

    // A partition that the member is to give up goes with the commit of what was read from it; unless its client
    // sends heartbeats: then that reads by itself, and gives up in those alone.
    private static GroupDecision.Accepted Committing(
        GroupDraft draft,
        ConsumerInstance instance,
        GroupRequest.Commit request,
        ImmutableArray<OffsetCommit> commits,
        IReadOnlyCollection<Topic> topics)
    {
        var committed = Committed(instance, commits);
        var stored = request.Epoch is null && !draft.State.Members[instance.Id].Heartbeats
            ? (GroupDecision.Accepted)Reconciliation.WithoutLoss(draft, committed, topics)
            : new GroupDecision.Accepted(draft.With(committed));
        return stored with { Commits = commits };
    }

    private static (ImmutableArray<OffsetCommit> Commits, GroupDecision.Refused? Problem) Named(
        ImmutableArray<PartitionOffset> offsets, IReadOnlyCollection<Topic> topics)
    {
        var lives = topics.ToDictionary(static topic => topic.Name);
        var commits = ImmutableArray.CreateBuilder<OffsetCommit>();
        foreach (var one in offsets)
        {
            var partition = one.Partition;
            if (!lives.TryGetValue(partition.Topic, out var topic) || partition.Partition >= topic.PartitionCount)
            {
                return ([], new GroupDecision.Refused(
                    GroupError.UnknownTopicOrPartition, $"There is no partition {partition}."));
            }

            commits.Add(new OffsetCommit(partition, topic.Id, one.Offset, one.Metadata)
            {
                LeaderEpoch = one.LeaderEpoch,
            });
        }

        return (commits.ToImmutable(), null);
    }
}
