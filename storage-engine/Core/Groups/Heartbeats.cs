using System.Collections.Immutable;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Groups;

/// <summary>Which heartbeats of KIP-848 a group takes, and what they change of its members.</summary>
internal static class Heartbeats
{
    /// <summary>Lets a member join, come back, leave or speak, or fences it.</summary>
    public static GroupDecision Admit(
        GroupDraft draft, GroupRequest.Heartbeat heartbeat, IReadOnlyCollection<Topic> topics, StorageInstant now)
    {
        var member = draft.State.Members.GetValueOrDefault(heartbeat.Instance);
        if (heartbeat.Epoch == GroupRequest.Heartbeat.JoinEpoch)
        {
            return Join(draft, heartbeat, member, topics, now);
        }

        if (member is null || member.AwaySince is not null)
        {
            return Membership.Unknown(heartbeat.Instance);
        }

        if (!draft.Instances.TryGetValue(member.Id, out var instance))
        {
            return new GroupDecision.NeedsRow(member.Id);
        }

        return heartbeat.Epoch switch
        {
            GroupRequest.Heartbeat.LeaveEpoch =>
                new GroupDecision.Accepted(Membership.Remove(draft, member, now)),
            GroupRequest.Heartbeat.AwayEpoch when member.GroupInstanceId is null =>
                new GroupDecision.Refused(
                    GroupError.InvalidRequest, "Only a member with a group.instance.id can leave for a while."),
            GroupRequest.Heartbeat.AwayEpoch =>
                new GroupDecision.Accepted(Membership.SendAway(draft, member, now)),
            _ => Speak(draft, heartbeat, member, instance, topics),
        };
    }

    private static GroupDecision Join(
        GroupDraft draft,
        GroupRequest.Heartbeat heartbeat,
        GroupMember? member,
        IReadOnlyCollection<Topic> topics,
        StorageInstant now)
    {
        if (member is { AwaySince: null } && !draft.Instances.ContainsKey(member.Id))
        {
            return new GroupDecision.NeedsRow(member.Id);
        }

        var rival = heartbeat.Settings.GroupInstanceId is { } name
            ? draft.State.Members.Values.FirstOrDefault(
                one => one.GroupInstanceId == name && one.Id != heartbeat.Instance)
            : null;
        if (rival is { AwaySince: null })
        {
            return new GroupDecision.Refused(
                GroupError.UnreleasedInstanceId,
                $"Member '{rival.Id}' has the group.instance.id '{rival.GroupInstanceId}'.");
        }

        // Whoever comes back has lost what it had: it goes on like a new member.
        var without = member is { AwaySince: null } ? Membership.Remove(draft, member, now) : draft;
        var joined = Membership.Create(
            without, heartbeat.Instance, heartbeat.Settings, heartbeat.SessionTimeout, stamp: 0, now);
        if (joined is not GroupDecision.Accepted { Next: var next })
        {
            return joined;
        }

        var beating = next.State.Members[heartbeat.Instance] with { Heartbeats = true };
        next = next with { State = next.State.With(beating) };
        return heartbeat.Subscription is { } wanted
            ? Membership.Subscribe(next, beating, next.Instances[heartbeat.Instance], wanted, topics)
            : new GroupDecision.Accepted(next);
    }

    private static GroupDecision Speak(
        GroupDraft draft,
        GroupRequest.Heartbeat heartbeat,
        GroupMember member,
        ConsumerInstance instance,
        IReadOnlyCollection<Topic> topics)
    {
        // The epoch before the present one is that of a client that did not get our last answer (KIP-848).
        if (heartbeat.Epoch != member.Epoch && heartbeat.Epoch != member.PreviousEpoch)
        {
            return new GroupDecision.Refused(
                GroupError.FencedMemberEpoch,
                $"The member's epoch is {member.Epoch}, and the heartbeat's is {heartbeat.Epoch}.");
        }

        var foreign = heartbeat.Owned?.Where(one => !instance.Assignment.ContainsKey(one)).ToList() ?? [];
        if (foreign.Count > 0)
        {
            return new GroupDecision.Refused(
                GroupError.FencedMemberEpoch, $"The member does not have partition {foreign[0]}.");
        }

        return heartbeat.Subscription is { } wanted && !member.Subscription.IsSameAs(wanted)
            ? Membership.Subscribe(draft, member, instance, wanted, topics)
            : new GroupDecision.Accepted(draft);
    }
}
