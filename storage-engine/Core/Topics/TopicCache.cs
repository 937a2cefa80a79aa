namespace Serverless.StorageEngine.Topics;

/// <summary>What this node read about topics a moment ago. It never remembers that a topic is missing.</summary>
/// <remarks>
/// A change by this node must be seen by this node at once. A read that began before the change could otherwise bring
/// the old topic back after it: so every read states which changes it knew of when it began, and comes too late after
/// the next.
/// </remarks>
internal sealed class TopicCache(TopicCatalogSettings settings, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<TopicName, Entry> _entries = [];
    private long _changes;

    /// <summary>The number of changes that this node has made so far.</summary>
    public long Changes => Volatile.Read(ref _changes);

    /// <summary>The topic, if it was read no longer ago than the settings allow.</summary>
    public Topic? Find(TopicName name)
    {
        lock (_gate)
        {
            return _entries.TryGetValue(name, out var entry) && IsFresh(entry) ? entry.Topic : null;
        }
    }

    /// <summary>Remembers a topic, unless this node has changed any since the read began.</summary>
    /// <param name="topic">The topic as read.</param>
    /// <param name="changesAtStart"><see cref="Changes"/> before the read.</param>
    /// <param name="readAt">The time provider's timestamp before the read.</param>
    public void Remember(Topic topic, long changesAtStart, long readAt)
    {
        lock (_gate)
        {
            if (_changes != changesAtStart || !HasRoomFor(topic.Name))
            {
                return;
            }

            _entries[topic.Name] = new Entry(topic, readAt);
        }
    }

    /// <summary>Forgets a topic that this node has changed, or may have changed, or did not find any more.</summary>
    public void Forget(TopicName name)
    {
        lock (_gate)
        {
            _changes++;
            _entries.Remove(name);
        }
    }

    private bool IsFresh(Entry entry) => time.GetElapsedTime(entry.ReadAt) <= settings.TopicCacheAge;

    private bool HasRoomFor(TopicName name)
    {
        if (_entries.Count < settings.TopicsCachedMax || _entries.ContainsKey(name))
        {
            return true;
        }

        foreach (var (old, entry) in _entries)
        {
            if (!IsFresh(entry))
            {
                _entries.Remove(old);
            }
        }

        return _entries.Count < settings.TopicsCachedMax;
    }

    private readonly record struct Entry(Topic Topic, long ReadAt);
}
