namespace Serverless.StorageEngine.SharedLogs;

/// <summary>
/// The <c>append.interval.ms</c> of the topics that this node writes to one shared log. The smallest is the log's: no
/// topic waits longer than it asked for.
/// </summary>
internal sealed class AppendIntervals
{
    private const int TopicsMax = 1_000;
    private readonly Lock _lock = new();
    private readonly Dictionary<Topics.TopicId, TimeSpan> _topics = [];

    /// <summary>The smallest interval; zero, for no spacing, when nothing is known.</summary>
    public TimeSpan Smallest { get; private set; }

    /// <summary>Notes what a topic asks for.</summary>
    public void Note(Topics.TopicId topic, TimeSpan interval)
    {
        lock (_lock)
        {
            if (_topics.TryGetValue(topic, out var known) && known == interval)
            {
                return;
            }

            if (_topics.Count >= TopicsMax)
            {
                _topics.Clear();
            }

            _topics[topic] = interval;
            Smallest = _topics.Values.Min();
        }
    }
}
