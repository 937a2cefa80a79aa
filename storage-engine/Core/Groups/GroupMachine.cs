using Serverless.StorageEngine.Diagnostics;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Groups;

/// <summary>
/// Decides how a consumer group changes (KIP-848). Pure: the same group, topics, requests and instant always give the
/// same decisions, so a decision can be taken again after a lost table write, and replayed from a seed.
/// </summary>
public static class GroupMachine
{
    /// <summary>
    /// Does what timers would have done: expels members that were silent for too long, and follows the topics as they
    /// are now.
    /// </summary>
    /// <param name="draft">The group as last read from the table; only members whose rows were read are
    /// expelled.</param>
    /// <param name="topics">Every existing topic that anyone in the group wants.</param>
    /// <param name="now">The instant this is judged at.</param>
    /// <param name="settings">How long a member may keep what it should give up, and an empty group its
    /// offsets.</param>
    /// <returns>With its target assignment up to date; <paramref name="draft"/> itself when there is nothing to
    /// do.</returns>
    public static GroupDraft Settle(
        GroupDraft draft, IReadOnlyCollection<Topic> topics, StorageInstant now, GroupSettings settings)
    {
        var alive = Expiry.Apply(draft, now, settings.RebalanceTimeout);
        return TargetAssignment.Apply(
            TargetAssignment.Follow(Expiry.Forget(alive, now, settings.OffsetsRetention), topics), now);
    }

    /// <summary>Decides several requests, that came at the same time, in an order of its own: who comes and goes first.</summary>
    /// <param name="before">The group as it was read.</param>
    /// <param name="settled">The same, settled.</param>
    /// <param name="requests">At least one.</param>
    /// <param name="topics">Every existing topic that anyone in the group wants or a request names.</param>
    /// <param name="now">The instant the requests are judged at.</param>
    /// <returns>
    /// One decision for each request, in order; fewer when more would not fit into one transaction. The last accepted
    /// one holds what to store for all.
    /// </returns>
    public static GroupPlan Decide(
        GroupDraft before,
        GroupDraft settled,
        IReadOnlyList<GroupRequest> requests,
        IReadOnlyCollection<Topic> topics,
        StorageInstant now)
    {
        // Members first, then one assignment for all changes together, then what each may read.
        var admitted = new List<GroupDecision>();
        var next = settled;
        foreach (var request in requests)
        {
            var decision = Membership.Admit(next, request, topics, now);
            if (admitted.Count > 0
                && decision is GroupDecision.Accepted { Next: var grown }
                && !GroupPlan.Fits(before, grown))
            {
                break;
            }

            admitted.Add(decision);
            next = decision is GroupDecision.Accepted accepted ? accepted.Next : next;
        }

        var plan = new GroupPlan(before, TargetAssignment.Apply(TargetAssignment.Follow(next, topics), now))
        {
            IsOfOne = admitted.Count == 1,
        };
        for (var at = 0; at < admitted.Count; at++)
        {
            var decision = admitted[at] is GroupDecision.Accepted
                ? Serve(plan.Next, requests[at], topics, now)
                : admitted[at];
            if (plan.With(decision) is not { } grown)
            {
                plan = plan with { Unserved = [.. admitted.Skip(at)] };
                break;
            }

            plan = grown;
        }

        return plan.Decisions.IsEmpty ? Decide(before, settled, [requests[0]], topics, now) : plan;
    }

    private static GroupDecision Serve(
        GroupDraft draft, GroupRequest request, IReadOnlyCollection<Topic> topics, StorageInstant now)
    {
        if (request is GroupRequest.Alter alter)
        {
            return OffsetRules.Alter(draft, alter, topics, now);
        }

        // A group that is being deleted has nothing left to be served, nor has a member that leaves.
        if (request is not GroupRequest.OfMember { Instance: var id })
        {
            return new GroupDecision.Accepted(draft);
        }

        if (!draft.Instances.TryGetValue(id, out var instance))
        {
            // Another request of the member took it away: nothing of this one is done.
            return IsEndOrBeginning(request) ? new GroupDecision.Accepted(draft) : Membership.Unknown(id);
        }

        return request switch
        {
            GroupRequest.Create or GroupRequest.Leave => new GroupDecision.Accepted(draft),
            GroupRequest.Touch or GroupRequest.Poll when draft.State.Members[id].Heartbeats =>
                Alive(new GroupDecision.Accepted(draft), id, now),
            GroupRequest.Touch => Alive(Reconciliation.WithoutLoss(draft, instance, topics), id, now),
            GroupRequest.Poll => Alive(Reconciliation.OfPoll(draft, instance, topics), id, now),
            GroupRequest.Subscribe =>
                new GroupDecision.Accepted(Reconciliation.Whole(draft, Seen(instance, now), topics)),
            GroupRequest.Heartbeat heartbeat =>
                Alive(Reconciliation.OfHeartbeat(draft, instance, heartbeat, topics), id, now),
            GroupRequest.Seek seek => PositionRules.Seek(draft, Seen(instance, now), seek),
            GroupRequest.Commit commit => OffsetRules.Commit(draft, Seen(instance, now), commit, topics),
            GroupRequest.Advance advance =>
                Alive(PositionRules.Advance(draft, instance, advance, topics, now), id, now),
            _ => throw new InvariantViolatedException($"No decision is defined for {request}."),
        };
    }

    private static bool IsEndOrBeginning(GroupRequest request) => request
        is GroupRequest.Create or GroupRequest.Leave or GroupRequest.Heartbeat { Epoch: < 0 };

    // A sign of life is written when it is due, or when the row is written anyway.
    private static GroupDecision Alive(GroupDecision decision, InstanceId id, StorageInstant now)
    {
        if (decision is not GroupDecision.Accepted accepted
            || !accepted.Next.Instances.TryGetValue(id, out var instance)
            || !accepted.Next.State.Members.TryGetValue(id, out var member))
        {
            return decision;
        }

        return Expiry.SignOfLifeIsDue(member, instance, now)
            ? accepted with { Next = accepted.Next.With(Seen(instance, now)) }
            : decision;
    }

    private static ConsumerInstance Seen(ConsumerInstance instance, StorageInstant now) =>
        instance with { SeenAt = now.AtLeast };
}
