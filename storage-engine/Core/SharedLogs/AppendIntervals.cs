using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.SharedLogs;

/// <summary>
/// The <c>append.interval.ms</c> of the topics that this node has lately written to one shared log. The smallest is the
/// log's: no topic waits longer than it asked for.
/// </summary>
/// <param name="time">The only clock.</param>
internal sealed class AppendIntervals(TimeProvider time)
{
    /// <summary>For how long a topic counts that is not written to: it may have gone, or gone elsewhere.</summary>
    public static readonly TimeSpan Lately = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Recheck = TimeSpan.FromSeconds(1);
    private readonly Lock _lock = new();
    private readonly Dictionary<TopicId, Noted> _topics = [];
    private DateTimeOffset _checkedAt;
    private TimeSpan _smallest;

    /// <summary>The smallest interval; zero, for no spacing, when nothing is known.</summary>
    public TimeSpan Smallest
    {
        get
        {
            lock (_lock)
            {
                return _smallest;
            }
        }
    }

    /// <summary>Notes what a topic asks for that is about to be written to.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="interval">Its interval.</param>
    /// <param name="hasSay">False for one that is leaving: it counts only where none that stays is written to.</param>
    public void Note(TopicId topic, TimeSpan interval, bool hasSay)
    {
        var now = time.GetUtcNow();
        lock (_lock)
        {
            var isNew = !_topics.TryGetValue(topic, out var known)
                || (known.Interval, known.HasSay) != (interval, hasSay);
            _topics[topic] = new(interval, hasSay, now);
            if (!isNew && now - _checkedAt < Recheck)
            {
                return;
            }

            foreach (var (other, noted) in _topics)
            {
                if (now - noted.At > Lately)
                {
                    _topics.Remove(other);
                }
            }

            (_smallest, _checkedAt) = (SmallestOf(_topics.Values), now);
        }
    }

    private static TimeSpan SmallestOf(IReadOnlyCollection<Noted> topics)
    {
        var anySay = topics.Any(static one => one.HasSay);
        return topics.Where(one => one.HasSay || !anySay).Min(static one => one.Interval);
    }

    private readonly record struct Noted(TimeSpan Interval, bool HasSay, DateTimeOffset At);
}
