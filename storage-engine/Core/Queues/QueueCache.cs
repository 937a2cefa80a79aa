namespace Serverless.StorageEngine.Queues;

/// <summary>What this node read about queues a moment ago. It never remembers that a queue is missing.</summary>
/// <remarks>
/// As for topics: a read that began before a change by this node must not bring the old queue back, so every read
/// states which changes it knew of when it began.
/// </remarks>
/// <param name="time">The only clock.</param>
internal sealed class QueueCache(TimeProvider time)
{
    /// <summary>
    /// How old an answer may be when another node changed the queue. The state of a partition names the queue's life,
    /// and where there is none yet the queue is read before one is written, so what was read too early does no harm
    /// beyond settings that hold a second longer.
    /// </summary>
    public static readonly TimeSpan AgeMax = TimeSpan.FromSeconds(1);

    /// <summary>The most queues that a node remembers; past it, they are read each time.</summary>
    public const int QueuesMax = 10_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<QueueId, (ShareGroup Queue, long ReadAt)> _entries = [];
    private long _changes;

    /// <summary>The number of changes that this node has made so far.</summary>
    public long Changes => Volatile.Read(ref _changes);

    /// <summary>The queue, if it was read a moment ago.</summary>
    public ShareGroup? Find(QueueId id)
    {
        lock (_gate)
        {
            return _entries.TryGetValue(id, out var entry) && IsFresh(entry.ReadAt) ? entry.Queue : null;
        }
    }

    /// <summary>Remembers a queue, unless this node has changed any since the read began.</summary>
    /// <param name="queue">The queue as read.</param>
    /// <param name="changesAtStart"><see cref="Changes"/> before the read.</param>
    /// <param name="readAt">The time provider's timestamp before the read.</param>
    public void Remember(ShareGroup queue, long changesAtStart, long readAt)
    {
        lock (_gate)
        {
            if (_changes == changesAtStart && HasRoomFor(queue.Id))
            {
                _entries[queue.Id] = (queue, readAt);
            }
        }
    }

    /// <summary>Forgets a queue that this node has changed, or may have changed.</summary>
    public void Forget(QueueId id)
    {
        lock (_gate)
        {
            _changes++;
            _entries.Remove(id);
        }
    }

    /// <summary>Forgets a queue that was read as missing; unlike a change, that makes no other read too old.</summary>
    public void Drop(QueueId id)
    {
        lock (_gate)
        {
            _entries.Remove(id);
        }
    }

    private bool IsFresh(long readAt) => time.GetElapsedTime(readAt) <= AgeMax;

    private bool HasRoomFor(QueueId id)
    {
        if (_entries.Count < QueuesMax || _entries.ContainsKey(id))
        {
            return true;
        }

        foreach (var (old, entry) in _entries)
        {
            if (!IsFresh(entry.ReadAt))
            {
                _entries.Remove(old);
            }
        }

        return _entries.Count < QueuesMax;
    }
}
