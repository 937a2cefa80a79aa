using System.Collections.Immutable;
using Serverless.StorageEngine.Groups.Assignors;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Groups;

/// <summary>Which topics a group shares out, and which partition each member should have (KIP-848).</summary>
internal static class TargetAssignment
{
    /// <summary>Follows the topics that exist by now; a change raises the group epoch.</summary>
    /// <param name="draft">The group.</param>
    /// <param name="found">Every existing topic that anyone in the group wants.</param>
    public static GroupDraft Follow(GroupDraft draft, IReadOnlyCollection<Topic> found)
    {
        var state = draft.State;
        var wanted = Fitting(state, Wanted(state, found));
        if (wanted.Count == state.Topics.Count
            && wanted.All(one => ReferenceEquals(state.Topics.GetValueOrDefault(one.Key)?.Topic, one.Value)))
        {
            return draft;
        }

        var shares = wanted.ToImmutableSortedDictionary(
            static one => one.Key,
            one => state.Topics.TryGetValue(one.Key, out var share) ? share.At(one.Value) : TopicShare.Of(one.Value),
            StringComparer.Ordinal);
        return draft with { State = state with { Epoch = state.Epoch + 1, Topics = shares } };
    }

    /// <summary>Makes the target assignment of the present epoch, if it is not made yet.</summary>
    public static GroupDraft Apply(GroupDraft draft, StorageInstant now)
    {
        var state = draft.State;
        if (state.AssignmentEpoch == state.Epoch)
        {
            return draft;
        }

        var members = state.Members.Values
            .Where(static member => member.Subscription.IsShared)
            .OrderBy(KeyOf, StringComparer.Ordinal)
            .ToImmutableArray();
        var topics = state.Topics.Values.ToImmutableArray();
        var assignor = AssignorNames.Find(state.Assignor) ?? new CooperativeStickyAssignor();
        var target = assignor.Assign(InputOf(topics, members));
        var shares = topics.Select((share, topic) => KeyValuePair.Create(
            share.Topic.Name.Value,
            share with { Target = [.. target[topic].Select(at => at < 0 ? TopicShare.Nobody : members[at].Number)] }));
        var assigned = state with { AssignmentEpoch = state.Epoch, Topics = state.Topics.SetItems(shares) };
        return draft with
        {
            State = assigned with
            {
                Members = assigned.Members.SetItems(assigned.Members.Select(one =>
                    KeyValuePair.Create(one.Key, Revoking(assigned, one.Value, now)))),
            },
        };
    }

    /// <summary>Why a group cannot take a subscription that none of its members has, or null.</summary>
    /// <param name="state">With the subscription.</param>
    /// <param name="wanted">The subscription.</param>
    /// <param name="found">Every existing topic that anyone in the group wants.</param>
    public static string? ProblemOf(GroupState state, Subscription wanted, IReadOnlyCollection<Topic> found)
    {
        if (wanted is Subscription.Assigned { Partitions.Count: var chosen })
        {
            return chosen > GroupLimits.PartitionsMax
                ? $"The member would read {chosen} partitions; {GroupLimits.PartitionsMax} are allowed."
                : null;
        }

        var topics = Wanted(state, found);
        var partitions = topics.Values.Sum(static topic => (long)topic.PartitionCount);
        var names = Distinct(state).Sum(static subscription => (long)subscription.Characters);
        return topics.Count > GroupLimits.TopicsMax
            ? $"The group would read {topics.Count} topics; {GroupLimits.TopicsMax} are allowed."
            : partitions > GroupLimits.PartitionsMax
                ? $"The group would read {partitions} partitions; {GroupLimits.PartitionsMax} are allowed."
                : names > GroupLimits.NamesCharactersMax
                    ? $"The different subscriptions of the group take {names} characters; "
                        + $"{GroupLimits.NamesCharactersMax} are allowed."
                    : null;
    }

    // Static members keep their place in the order when they come back under another name. The last character tells a
    // name from the equal name of the other kind, and comes before all others, so that the order is that of the names.
    private static string KeyOf(GroupMember member) =>
        member.GroupInstanceId is { } name ? $"{name}\0" : $"{member.Id}\u0001";

    private static GroupMember Revoking(GroupState state, GroupMember member, StorageInstant now) =>
        state.Revokes(member.Number)
            ? member with { RevokingSince = member.RevokingSince ?? now.AtLeast }
            : member.RevokingSince is null ? member : member with { RevokingSince = null };

    private static AssignmentInput InputOf(
        ImmutableArray<TopicShare> topics, ImmutableArray<GroupMember> members)
    {
        var numbers = members.Select(static (member, at) => (member.Number, at))
            .ToDictionary(static one => one.Number, static one => one.at);
        var wanted = new Dictionary<Subscription, ImmutableArray<int>>(ReferenceEqualityComparer.Instance);
        return new AssignmentInput(
            [.. topics.Select(static share => new AssignmentTopic(share.Topic.Name.Value, share.Topic.PartitionCount))],
            [.. members.Select(member => new AssignmentMember(KeyOf(member), WantedBy(member.Subscription)))],
            [.. topics.Select(share => share.Target.Select(
                number => numbers.GetValueOrDefault(number, TopicShare.Nobody)).ToImmutableArray())]);

        ImmutableArray<int> WantedBy(Subscription subscription)
        {
            if (!wanted.TryGetValue(subscription, out var some))
            {
                some = [.. Enumerable.Range(0, topics.Length).Where(at => subscription.Wants(topics[at].Topic.Name))];
                wanted.Add(subscription, some);
            }

            return some;
        }
    }

    private static List<Subscription> Distinct(GroupState state) =>
    [
        .. state.Members.Values
            .Select(static member => member.Subscription)
            .Where(static subscription => subscription.IsShared)
            .Distinct<Subscription>(ReferenceEqualityComparer.Instance),
    ];

    private static Dictionary<string, GroupTopic> Wanted(GroupState state, IReadOnlyCollection<Topic> found)
    {
        var subscriptions = Distinct(state);
        var topics = new Dictionary<string, GroupTopic>(StringComparer.Ordinal);
        foreach (var topic in found)
        {
            if (subscriptions.Exists(subscription => subscription.Wants(topic.Name)))
            {
                var seen = new GroupTopic(topic.Name, topic.Id, topic.PartitionCount, topic.CreatedAt);
                topics[topic.Name.Value] =
                    state.Topics.TryGetValue(topic.Name.Value, out var known) ? known.Topic.Merge(seen) : seen;
            }
        }

        return topics;
    }

    // Topics can grow, and new ones can match a pattern, after the subscription was accepted. What no longer fits
    // waits, and what the group reads already goes first, so that growth elsewhere never takes a partition away.
    private static Dictionary<string, GroupTopic> Fitting(GroupState state, Dictionary<string, GroupTopic> wanted)
    {
        var fitting = new Dictionary<string, GroupTopic>(StringComparer.Ordinal);
        var partitions = 0L;
        foreach (var (name, topic) in wanted)
        {
            if (state.Topics.TryGetValue(name, out var share) && share.Topic.Id == topic.Id)
            {
                fitting[name] = share.Topic;
                partitions += share.Topic.PartitionCount;
            }
        }

        foreach (var (name, topic) in wanted.OrderBy(static one => one.Key, StringComparer.Ordinal))
        {
            var present = fitting.GetValueOrDefault(name);
            var added = topic.PartitionCount - (present?.PartitionCount ?? 0);
            if ((present is not null || fitting.Count < GroupLimits.TopicsMax)
                && partitions + added <= GroupLimits.PartitionsMax)
            {
                fitting[name] = topic;
                partitions += added;
            }
        }

        return fitting;
    }
}
