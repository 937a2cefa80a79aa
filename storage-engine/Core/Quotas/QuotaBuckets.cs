using System.Collections.Concurrent;

namespace Serverless.StorageEngine.Quotas;

/// <summary>
/// The buckets of a node, made when they are first asked for. Safe for several threads, and bounded, since names may be
/// anybody's choice: when there is no room for one more, one goes that is full again, which nobody can tell from one
/// that never was; where a look at a few finds none, the one of them that would be full first goes, and its debt with
/// it. So whoever is new is never refused for the sake of others.
/// </summary>
/// <typeparam name="TKey">Whose quota it is, and of what kind.</typeparam>
/// <param name="bucketsMax">The most buckets, at least 1; one takes some 200 bytes and its name.</param>
/// <param name="time">The only clock.</param>
public sealed class QuotaBuckets<TKey>(int bucketsMax, TimeProvider time)
    where TKey : notnull
{
    // Enough to find one that is full again in a table of mostly such; few, because everybody waits meanwhile.
    private const int LooksMax = 16;

    private readonly ConcurrentDictionary<TKey, QuotaBucket> _buckets = new();
    private readonly List<TKey> _ring = [];
    private readonly Lock _lock = new();
    private int _hand;

    /// <summary>How many there are.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _ring.Count;
            }
        }
    }

    /// <summary>The bucket of a quota, or null when nothing was used of it lately.</summary>
    public QuotaBucket? Find(TKey key) => _buckets.GetValueOrDefault(key);

    /// <summary>The bucket of a quota; a full one when there was none.</summary>
    public QuotaBucket Get(TKey key) => _buckets.TryGetValue(key, out var bucket) ? bucket : Add(key);

    private QuotaBucket Add(TKey key)
    {
        lock (_lock)
        {
            if (_buckets.TryGetValue(key, out var bucket))
            {
                return bucket;
            }

            if (_ring.Count < bucketsMax)
            {
                _ring.Add(key);
            }
            else
            {
                var place = PlaceToFree();
                _buckets.TryRemove(_ring[place], out _);
                _ring[place] = key;
            }

            return _buckets[key] = new QuotaBucket(time);
        }
    }

    private int PlaceToFree()
    {
        var (best, soonest) = (_hand, TimeSpan.MaxValue);
        for (var look = 0; look < LooksMax && soonest > TimeSpan.Zero; look++)
        {
            var after = _buckets[_ring[_hand]].ForgettableAfter;
            (best, soonest) = after < soonest ? (_hand, after) : (best, soonest);
            _hand = (_hand + 1) % _ring.Count;
        }

        return best;
    }
}
