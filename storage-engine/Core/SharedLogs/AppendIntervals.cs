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
    private readonly Dictionary<TopicId, (TimeSpan Interval, DateTimeOffset At)> _topics = [];
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
    public void Note(TopicId topic, TimeSpan interval)
    {
        var now = time.GetUtcNow();
        lock (_lock)
        {
            var isNew = !_topics.TryGetValue(topic, out var known) || known.Interval != interval;
            _topics[topic] = (interval, now);
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

            (_smallest, _checkedAt) = (_topics.Values.Min(static one => one.Interval), now);
        }
    }
}
