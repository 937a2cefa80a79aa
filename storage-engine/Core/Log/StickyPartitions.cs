using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Log;

/// <summary>Where records without a key go: one partition per topic for a while, so that batches grow
/// (KIP-480).</summary>
internal sealed class StickyPartitions(TimeProvider time, Random random)
{
    /// <summary>How long a choice holds: long enough to fill blocks, short enough to spread a steady stream.</summary>
    public static readonly TimeSpan Tenure = TimeSpan.FromSeconds(1);

    /// <summary>The most topics whose choice is remembered; beyond, all are forgotten and chosen anew.</summary>
    private const int TopicsMax = 10_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<TopicId, (int Partition, DateTimeOffset Since)> _choices = [];

    /// <summary>The current choice, or a new one when it is old, or no longer suits.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="partitionCount">How many partitions there are.</param>
    /// <param name="suits">Whether no other node leads a partition, so that this one could.</param>
    public int Choose(TopicId topic, int partitionCount, Func<int, bool> suits)
    {
        var now = time.GetUtcNow();
        lock (_lock)
        {
            if (_choices.TryGetValue(topic, out var choice) && now - choice.Since < Tenure && suits(choice.Partition))
            {
                return choice.Partition;
            }

            if (_choices.Count >= TopicsMax)
            {
                _choices.Clear();
            }

            var chosen = Draw(partitionCount, suits);
            _choices[topic] = (chosen, now);
            return chosen;
        }
    }

    // The first suitable one from a random place on; any one when none suits.
    private int Draw(int partitionCount, Func<int, bool> suits)
    {
        var from = random.Next(partitionCount);
        for (var step = 0; step < partitionCount; step++)
        {
            var partition = (from + step) % partitionCount;
            if (suits(partition))
            {
                return partition;
            }
        }

        return from;
    }
}
