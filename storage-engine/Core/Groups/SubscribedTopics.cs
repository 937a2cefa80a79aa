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

    /// <summary>Every existing topic that anyone in the group wants or the request names.</summary>
    public async ValueTask<IReadOnlyCollection<Topic>> FindAsync(
        GroupState state, GroupRequest request, CancellationToken cancellationToken)
    {
        var subscriptions = state.Instances.Values.Select(static one => one.Subscription).ToList();
        var wanted = (request as GroupRequest.Subscribe)?.Subscription;
        if (wanted is not null)
        {
            subscriptions.Add(wanted);
        }

        var topics = new Dictionary<TopicName, Topic>();
        if (subscriptions.Any(static one => one is Subscription.Matching))
        {
            foreach (var topic in await ListAsync(wanted is Subscription.Matching, cancellationToken))
            {
                topics[topic.Name] = topic;
            }
        }

        // Topics of the present assignment are looked up even when a pattern found them: another node may have seen a
        // new topic that the list of this one does not have yet, and must not lose it again.
        var names = subscriptions.SelectMany(static one => one.Names())
            .Concat(state.Topics.Values.Select(static one => one.Name))
            .Concat((request as GroupRequest.Commit)?.Offsets?.Select(static one => one.Partition.Topic) ?? []);
        foreach (var name in names.Distinct())
        {
            if (!topics.ContainsKey(name) && await _topics.FindAsync(name, cancellationToken) is { } topic)
            {
                topics[name] = topic;
            }
        }

        return topics.Values;
    }

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
