using System.Collections.Immutable;
using Serverless.StorageEngine.Offsets;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Groups;

/// <summary>
/// Brings one member nearer to what it should have: it first gives up what it should not have, and then takes what it
/// should have and nobody has (KIP-848). Only a member's own requests change what it has.
/// </summary>
internal static class Reconciliation
{
    /// <summary>What nobody waits to see committed goes at once.</summary>
    public static GroupDecision WithoutLoss(
        GroupDraft draft, ConsumerInstance instance, IReadOnlyCollection<Topic> topics) =>
        new GroupDecision.Accepted(
            Apply(draft, instance, topics, (_, assigned) => !assigned.Uncommitted));

    /// <summary>Everything that should go goes, after a commit if the member commits by itself.</summary>
    public static GroupDecision OfPoll(
        GroupDraft draft, ConsumerInstance instance, IReadOnlyCollection<Topic> topics)
    {
        if (!instance.Settings.AutoCommit)
        {
            return new GroupDecision.Accepted(Whole(draft, instance, topics));
        }

        var number = draft.State.Members[instance.Id].Number;
        var revoked = draft.State.Owned(number, wanted: false).ToImmutableSortedSet();
        var commits = OffsetRules.Uncommitted(instance, topics, revoked.Contains);
        return new GroupDecision.Accepted(
            Apply(draft, OffsetRules.Committed(instance, commits), topics, (_, assigned) => !assigned.Uncommitted))
        {
            Commits = commits,
        };
    }

    /// <summary>What the client says that it no longer has goes.</summary>
    public static GroupDecision OfHeartbeat(
        GroupDraft draft,
        ConsumerInstance instance,
        GroupRequest.Heartbeat heartbeat,
        IReadOnlyCollection<Topic> topics) =>
        new GroupDecision.Accepted(
            Apply(draft, instance, topics, (partition, _) => heartbeat.Owned?.Contains(partition) == false));

    /// <summary>Everything that should go goes.</summary>
    public static GroupDraft Whole(
        GroupDraft draft, ConsumerInstance instance, IReadOnlyCollection<Topic> topics) =>
        Apply(draft, instance, topics, static (_, _) => true);

    private static GroupDraft Apply(
        GroupDraft draft,
        ConsumerInstance instance,
        IReadOnlyCollection<Topic> topics,
        Func<TopicPartition, AssignedPartition, bool> mayGo)
    {
        var member = draft.State.Members[instance.Id];
        if (instance.Subscription is Subscription.Assigned chosen)
        {
            return WithoutShared(draft, member).With(WithChosen(instance, chosen, topics));
        }

        var released = draft.State.Owned(member.Number, wanted: false)
            .Where(one => !instance.Assignment.TryGetValue(one, out var assigned)
                || assigned.Topic != draft.LifeOf(one)
                || mayGo(one, assigned))
            .ToList();
        var state = Moved(draft.State, released, TopicShare.Nobody);
        IReadOnlyList<TopicPartition> taken = [];
        if (!state.Revokes(member.Number))
        {
            taken = [.. Free(state, member.Number)];
            state = Moved(state, taken, member.Number);
        }

        // Partitions of a topic that is gone, or is another one by now, fall away without a word.
        var assignment = instance.Assignment.RemoveRange(
            instance.Assignment.Where(one => !Has(state, member.Number, one.Key, one.Value))
                .Select(static one => one.Key));
        foreach (var partition in taken)
        {
            assignment = assignment.SetItem(
                partition, AssignedPartition.Start(state.Topics[partition.Topic.Value].Topic.Id));
        }

        if (ReferenceEquals(state, draft.State) && assignment.Count == instance.Assignment.Count)
        {
            return draft.With(instance);
        }

        var next = member with
        {
            Epoch = state.AssignmentEpoch,
            PreviousEpoch = member.Epoch,
            RevokingSince = state.Revokes(member.Number) ? member.RevokingSince : null,
        };
        return new GroupDraft(state.With(next), draft.Instances)
            .With(instance with { Assignment = assignment });
    }

    private static bool Has(GroupState state, int number, TopicPartition partition, AssignedPartition assigned) =>
        state.Topics.TryGetValue(partition.Topic.Value, out var share)
        && share.Topic.Id == assigned.Topic
        && partition.Partition < share.Owners.Length
        && share.Owners[partition.Partition] == number;

    private static IEnumerable<TopicPartition> Free(GroupState state, int number) =>
        state.Topics.Values.SelectMany(share => Enumerable.Range(0, share.Owners.Length)
            .Where(at => share.Target[at] == number && share.Owners[at] == TopicShare.Nobody)
            .Select(at => new TopicPartition(share.Topic.Name, at)));

    private static GroupState Moved(GroupState state, IReadOnlyCollection<TopicPartition> partitions, int owner)
    {
        var topics = state.Topics;
        foreach (var some in partitions.GroupBy(static one => one.Topic.Value))
        {
            var share = topics[some.Key];
            var owners = share.Owners.ToBuilder();
            foreach (var partition in some)
            {
                owners[partition.Partition] = owner;
            }

            topics = topics.SetItem(some.Key, share with { Owners = owners.ToImmutable() });
        }

        return partitions.Count == 0 ? state : state with { Topics = topics };
    }

    // A member may have had shared partitions until this step, in which it first unsubscribed and then chose others.
    private static GroupDraft WithoutShared(GroupDraft draft, GroupMember member)
    {
        var former = draft.State.Owned(member.Number, wanted: false).ToList();
        return former.Count == 0
            ? draft
            : draft with
            {
                State = Moved(draft.State, former, TopicShare.Nobody).With(member with
                {
                    Epoch = draft.State.AssignmentEpoch,
                    PreviousEpoch = member.Epoch,
                    RevokingSince = null,
                }),
            };
    }

    // What the client chose itself: what stays keeps its position, what comes starts at what the group has committed.
    private static ConsumerInstance WithChosen(
        ConsumerInstance instance, Subscription.Assigned chosen, IReadOnlyCollection<Topic> topics)
    {
        var lives = topics.ToDictionary(static topic => topic.Name, static topic => topic.Id);
        var assignment = chosen.Partitions.ToImmutableSortedDictionary(
            static one => one,
            one => instance.Assignment.TryGetValue(one, out var kept)
                && (!lives.TryGetValue(one.Topic, out var life) || kept.Topic == life)
                    ? kept
                    : AssignedPartition.Start(lives.GetValueOrDefault(one.Topic)));
        return assignment.Count == instance.Assignment.Count
            && assignment.All(one => ReferenceEquals(instance.Assignment.GetValueOrDefault(one.Key), one.Value))
                ? instance
                : instance with { Assignment = assignment };
    }
}
