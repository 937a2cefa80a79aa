using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Groups;

/// <summary>Finds the topics that the instances of a group want.</summary>
internal sealed class SubscribedTopics
{
    private readonly TopicCatalog _topics;
    private readonly GroupSettings _settings;
    private readonly TimeProvider _time;
    private Listing? _listing;

    public SubscribedTopics(TopicCatalog topics, GroupSettings settings, TimeProvider time)
    {
        _topics = topics;
        _settings = settings;
        _time = time;
    }

    /// <summary>Every existing topic that anyone in the group wants or a request names.</summary>
    public async ValueTask<IReadOnlyCollection<Topic>> FindAsync(
        GroupDraft draft, IReadOnlyList<GroupRequest> requests, CancellationToken cancellationToken)
    {
        var wished = requests.Select(Wished).OfType<Subscription>().ToList();
        var subscriptions = draft.State.Members.Values.Select(static member => member.Subscription)
            .Concat(requests.Select(request => ChosenBy(draft, request)).OfType<Subscription>())
            .Concat(wished)
            .Distinct<Subscription>(ReferenceEqualityComparer.Instance)
            .ToList();

        var topics = new Dictionary<TopicName, Topic>();
        if (subscriptions.Exists(static one => one is Subscription.Matching))
        {
            var anew = wished.Exists(static one => one is Subscription.Matching);
            foreach (var topic in await ListAsync(anew, cancellationToken))
            {
                topics[topic.Name] = topic;
            }
        }

        // Topics of the present assignment are looked up even when a pattern found them: another node may have seen a
        // new topic that the list of this one does not have yet, and must not lose it again.
        var names = subscriptions.SelectMany(static one => one.Names())
            .Concat(draft.State.Topics.Values.Select(static share => share.Topic.Name))
            .Concat(requests.SelectMany(Named));
        foreach (var name in names.Distinct())
        {
            if (!topics.ContainsKey(name) && await _topics.FindAsync(name, cancellationToken) is { } topic)
            {
                topics[name] = topic;
            }
        }

        return topics.Values;
    }

    /// <summary>
    /// Looks again at the topics that a plan would add to the group. What this node knows may be older than what the
    /// group has followed: a topic that was deleted meanwhile must not come back, or nodes of different knowledge would
    /// add and drop it in turn, and share everything out anew each time.
    /// </summary>
    /// <param name="plan">Made with <paramref name="topics"/>.</param>
    /// <param name="topics">What <see cref="FindAsync"/> found.</param>
    /// <param name="cancellationToken">Abandons the look.</param>
    /// <returns>The topics as they are; null when the plan may stand.</returns>
    public async ValueTask<IReadOnlyCollection<Topic>?> VerifyAsync(
        GroupPlan plan, IReadOnlyCollection<Topic> topics, CancellationToken cancellationToken)
    {
        var present = topics.ToDictionary(static topic => topic.Name);
        var mayStand = true;
        foreach (var (name, share) in plan.Next.State.Topics)
        {
            if (plan.Before.State.Topics.GetValueOrDefault(name)?.Topic.Id == share.Topic.Id)
            {
                continue;
            }

            var found = await _topics.FindAnewAsync(share.Topic.Name, cancellationToken);
            mayStand &= found?.Id == share.Topic.Id;
            present.Remove(share.Topic.Name);
            if (found is not null)
            {
                present.Add(found.Name, found);
            }
        }

        return mayStand ? null : present.Values;
    }

    private static Subscription? Wished(GroupRequest request) => request switch
    {
        GroupRequest.Subscribe subscribe => subscribe.Subscription,
        GroupRequest.Heartbeat heartbeat => heartbeat.Subscription,
        _ => null,
    };

    // The group's row does not name the partitions that members chose themselves.
    private static Subscription.Assigned? ChosenBy(GroupDraft draft, GroupRequest request) =>
        request.Member is { } id ? draft.Instances.GetValueOrDefault(id)?.Subscription as Subscription.Assigned : null;

    private static IEnumerable<TopicName> Named(GroupRequest request) => request switch
    {
        GroupRequest.Commit { Offsets: { } offsets } => offsets.Select(static one => one.Partition.Topic),
        GroupRequest.Alter { Offsets: var offsets } => offsets.Select(static one => one.Partition.Topic),
        _ => [],
    };

    private async ValueTask<IReadOnlyList<Topic>> ListAsync(bool anew, CancellationToken cancellationToken)
    {
        if (!anew && _listing is { } known && _time.GetElapsedTime(known.ReadAt) < _settings.PatternRefreshInterval)
        {
            return known.Topics;
        }

        var readAt = _time.GetTimestamp();
        var topics = new List<Topic>();
        await foreach (var topic in _topics.ListAsync(cancellationToken))
        {
            topics.Add(topic);
        }

        _listing = new Listing(topics, readAt);
        return topics;
    }

    private sealed record Listing(IReadOnlyList<Topic> Topics, long ReadAt);
}
