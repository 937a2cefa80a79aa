using System.Collections.Immutable;
using System.Text;
using Serverless.StorageEngine.Groups.Assignors;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Groups;

/// <summary>Who belongs to a group, and what each wants to read.</summary>
internal static class Membership
{
    /// <summary>Does the part of a request that changes the members or what they want.</summary>
    public static GroupDecision Admit(
        GroupDraft draft, GroupRequest request, IReadOnlyCollection<Topic> topics, StorageInstant now)
    {
        if (draft.State.Deleting && request is not GroupRequest.Delete)
        {
            return Refuse(GroupError.GroupDeleting, "The group is being deleted.");
        }

        return request switch
        {
            GroupRequest.Create create =>
                Create(draft, create.Instance, create.Settings, create.SessionTimeout, create.Stamp, now),
            GroupRequest.Heartbeat heartbeat => Heartbeats.Admit(draft, heartbeat, topics, now),
            GroupRequest.Delete => Delete(draft),
            GroupRequest.OfMember { Instance: var id } => !draft.State.Members.TryGetValue(id, out var member)
                || member.AwaySince is not null
                    ? Unknown(id)
                    : !draft.Instances.TryGetValue(id, out var instance)
                        ? new GroupDecision.NeedsRow(id)
                        : OfMember(draft, member, instance, request, topics, now),
            _ => new GroupDecision.Accepted(draft),
        };
    }

    /// <summary>Adds a member, or lets a static one take over from itself.</summary>
    public static GroupDecision Create(
        GroupDraft draft,
        InstanceId id,
        InstanceSettings settings,
        TimeSpan sessionTimeout,
        long stamp,
        StorageInstant now)
    {
        if (draft.State.Members.TryGetValue(id, out var existing) && existing.AwaySince is null)
        {
            return !draft.Instances.TryGetValue(id, out var row) ? new GroupDecision.NeedsRow(id)
                : row.Stamps.Contains(stamp) ? new GroupDecision.Accepted(draft)
                : Refuse(GroupError.InstanceExists, $"Instance '{id}' exists.");
        }

        if (settings.Assignor is { } assignor && AssignorNames.Find(assignor) is null)
        {
            return Refuse(
                GroupError.InvalidRequest,
                $"There is no assignor '{assignor}'; it must be one of: {string.Join(", ", AssignorNames.All)}.");
        }

        var former = settings.GroupInstanceId is { } name
            ? draft.State.Members.Values.FirstOrDefault(one => one.GroupInstanceId == name)
            : null;
        former ??= existing;
        if (former is { AwaySince: null } && !draft.Instances.ContainsKey(former.Id))
        {
            return new GroupDecision.NeedsRow(former.Id);
        }

        if (ProblemOf(draft.State, former, id, settings) is { } problem)
        {
            return Refuse(GroupError.GroupFull, problem);
        }

        // Whose name it takes, and whose place, may be two members that are both away.
        draft = existing is not null && existing != former ? Remove(draft, existing, now) : draft;
        var member = new GroupMember(
            id,
            former?.Number ?? FreeNumber(draft.State),
            former?.Subscription ?? Subscription.None.Instance,
            sessionTimeout,
            draft.State.Epoch,
            draft.State.Epoch)
        {
            GroupInstanceId = settings.GroupInstanceId,
            Assignor = settings.Assignor,
            RevokingSince = former?.RevokingSince,
        };
        return new GroupDecision.Accepted(Joined(draft, former, member, settings, stamp, now));
    }

    /// <summary>Takes a member away, with all that it has and should have.</summary>
    public static GroupDraft Remove(GroupDraft draft, GroupMember member, StorageInstant now)
    {
        var rest = draft.State.Members.Remove(member.Id);
        return new GroupDraft(
            draft.State with
            {
                Epoch = draft.State.Epoch + 1,
                Members = rest,
                Topics = draft.State.Topics.SetItems(draft.State.Topics.Select(one =>
                    KeyValuePair.Create(one.Key, one.Value.Without(member.Number)))),
                EmptySince = rest.IsEmpty ? now.AtLeast : null,
            },
            draft.Instances.Remove(member.Id));
    }

    /// <summary>A member wants something else from now on.</summary>
    public static GroupDecision Subscribe(
        GroupDraft draft,
        GroupMember member,
        ConsumerInstance instance,
        Subscription wanted,
        IReadOnlyCollection<Topic> topics)
    {
        if (member.Subscription is not Subscription.None and var present
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

        // One object for all that want the same: it stands once in the group's row.
        var common = draft.State.Members.Values.Select(static one => one.Subscription).FirstOrDefault(wanted.IsSameAs);
        var kept = wanted is Subscription.Assigned ? Subscription.Assigned.Unnamed : common ?? wanted;
        var changed = draft with
        {
            State = draft.State with
            {
                Epoch = draft.State.Epoch + (member.Subscription.IsSameAs(kept) ? 0 : 1),
                Members = draft.State.Members.SetItem(member.Id, member with { Subscription = kept }),
            },
            Instances = draft.Instances.SetItem(member.Id, instance with { Subscription = wanted }),
        };
        return common is null
            && wanted is not Subscription.None
            && TargetAssignment.ProblemOf(changed.State, wanted, topics) is { } problem
            ? Refuse(GroupError.SubscriptionTooLarge, problem)
            : new GroupDecision.Accepted(changed);
    }

    /// <summary>Takes a static member's row away; it keeps its partitions until its session is over.</summary>
    public static GroupDraft SendAway(GroupDraft draft, GroupMember member, StorageInstant now) => new(
        draft.State.With(member with { AwaySince = now.AtLeast }), draft.Instances.Remove(member.Id));

    /// <summary>There is no such member.</summary>
    public static GroupDecision.Refused Unknown(InstanceId id) =>
        Refuse(GroupError.InstanceNotFound, $"There is no instance '{id}'.");

    private static GroupDecision OfMember(
        GroupDraft draft,
        GroupMember member,
        ConsumerInstance instance,
        GroupRequest request,
        IReadOnlyCollection<Topic> topics,
        StorageInstant now) => request switch
        {
            GroupRequest.Leave => new GroupDecision.Accepted(member.GroupInstanceId is null
                ? Remove(draft, member, now)
                : SendAway(draft, member, now)),
            GroupRequest.Subscribe subscribe => Subscribe(draft, member, instance, subscribe.Subscription, topics),
            _ => new GroupDecision.Accepted(draft),
        };

    private static GroupDraft Joined(
        GroupDraft draft,
        GroupMember? former,
        GroupMember member,
        InstanceSettings settings,
        long stamp,
        StorageInstant now)
    {
        var members = former is null ? draft.State.Members : draft.State.Members.Remove(former.Id);
        var owned = former is null
            ? []
            : draft.State.Owned(member.Number, wanted: true).Concat(draft.State.Owned(member.Number, wanted: false));
        var instance = new ConsumerInstance(
            member.Id,
            settings,
            member.Subscription,
            owned.ToImmutableSortedDictionary(
                static one => one, one => AssignedPartition.Start(draft.LifeOf(one))),
            [stamp],
            now.AtLeast);
        var instances = former is null ? draft.Instances : draft.Instances.Remove(former.Id);
        return new GroupDraft(
            draft.State with
            {
                Members = members.SetItem(member.Id, member),
                EmptySince = null,
            },
            instances.SetItem(member.Id, instance));
    }

    private static GroupDecision Delete(GroupDraft draft) =>
        !draft.State.Members.IsEmpty
            ? Refuse(GroupError.GroupNotEmpty, $"The group has {draft.State.Members.Count} members.")
            : new GroupDecision.Accepted(
                draft.State.Deleting ? draft : draft with { State = draft.State with { Deleting = true } });

    private static string? ProblemOf(GroupState state, GroupMember? former, InstanceId id, InstanceSettings settings)
    {
        var others = state.Members.Values.Where(one => one != former).ToList();
        var bytes = others.Sum(static one => BytesOf(one.Id, one.GroupInstanceId))
            + BytesOf(id, settings.GroupInstanceId);
        return others.Count >= GroupLimits.InstancesMax
            ? $"The group has {GroupLimits.InstancesMax} members, the most it may have."
            : bytes > GroupLimits.MembersBytesMax
                ? $"The names of the group's {state.Members.Count} members leave no room for another; shorter names do."
                : null;
    }

    private static int BytesOf(InstanceId id, InstanceId? groupInstanceId) =>
        GroupLimits.MemberBytes
        + Encoding.UTF8.GetByteCount(id.Value)
        + Encoding.UTF8.GetByteCount(groupInstanceId?.Value ?? "");

    private static int FreeNumber(GroupState state)
    {
        var taken = state.Members.Values.Select(static member => member.Number).ToHashSet();
        return Enumerable.Range(0, taken.Count + 1).First(number => !taken.Contains(number));
    }

    private static GroupDecision.Refused Refuse(GroupError error, string detail) => new(error, detail);
}
