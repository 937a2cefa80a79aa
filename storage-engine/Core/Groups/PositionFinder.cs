using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Offsets;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Groups;

/// <summary>
/// Finds where an instance goes on in each of its partitions: at its position; else at the group's committed offset;
/// else, and when that offset is out of range, where <c>auto.offset.reset</c> says.
/// </summary>
internal sealed class PositionFinder
{
    private readonly GroupCoordinator _groups;
    private readonly TopicCatalog _topics;
    private readonly EventLog _log;

    public PositionFinder(GroupCoordinator groups, TopicCatalog topics, EventLog log)
    {
        _groups = groups;
        _topics = topics;
        _log = log;
    }

    /// <summary>The places to read from; partitions that do not exist (yet, or any more) are left out.</summary>
    /// <param name="group">The group.</param>
    /// <param name="instance">Who reads.</param>
    /// <param name="mayRead">Whether partitions of a topic are left in.</param>
    /// <param name="cancellationToken">Abandons the search.</param>
    /// <returns>The places, or the refusal when a partition has none.</returns>
    public async ValueTask<(IReadOnlyList<ReadPosition> Positions, ReadOutcome.Refused? Refused)> FindAsync(
        GroupId group,
        ConsumerInstance instance,
        Func<TopicName, bool> mayRead,
        CancellationToken cancellationToken)
    {
        var topics = await TopicsAsync(instance, mayRead, cancellationToken);
        var committed = await _groups.FetchOffsetsAsync(
            group,
            [.. instance.Assignment.Where(static one => one.Value.Position is null).Select(static one => one.Key)],
            cancellationToken);

        var positions = new List<ReadPosition>();
        var without = new List<ReadPosition>();
        foreach (var (partition, assigned) in instance.Assignment)
        {
            if (topics.GetValueOrDefault(partition.Topic) is not { } topic
                || topic.Id != assigned.Topic
                || partition.Partition >= topic.PartitionCount)
            {
                continue;
            }

            var stored = assigned.Position ?? committed.GetValueOrDefault(partition)?.Offset;
            var position = new ReadPosition(
                partition, topic, assigned.Position, stored ?? 0, stored is null || assigned.Uncommitted);
            (stored is null ? without : positions).Add(position);
        }

        if (without.Count > 0 && instance.Settings.AutoOffsetReset == AutoOffsetReset.None)
        {
            return (positions, new ReadOutcome.Refused(
                GroupError.NoOffset,
                "Undefined offset with no reset policy for partitions: "
                + $"[{string.Join(", ", without.Take(10).Select(static one => one.Partition))}]"));
        }

        foreach (var some in without.Chunk(GroupLimits.FetchesAtOnceMax))
        {
            var starts = await Task.WhenAll(some.Select(one =>
                ResetAsync(one.Topic, one.Partition, instance.Settings, cancellationToken).AsTask()));
            positions.AddRange(some.Zip(starts)
                .Where(static one => one.Second is not null)
                .Select(static one => one.First with { Start = one.Second!.Value }));
        }

        return (positions, null);
    }

    /// <summary>Where <c>auto.offset.reset</c> sends a reader; null when nowhere, or the partition is gone.</summary>
    public async ValueTask<long?> ResetAsync(
        Topic topic, TopicPartition partition, InstanceSettings settings, CancellationToken cancellationToken)
    {
        if (settings.AutoOffsetReset == AutoOffsetReset.None)
        {
            return null;
        }

        var ends = await _log.GetOffsetsAsync(topic, partition.Partition, cancellationToken);
        return settings.AutoOffsetReset == AutoOffsetReset.Earliest ? ends?.LogStartOffset : ends?.HighWatermark;
    }

    private async ValueTask<Dictionary<TopicName, Topic>> TopicsAsync(
        ConsumerInstance instance, Func<TopicName, bool> mayRead, CancellationToken cancellationToken)
    {
        var topics = new Dictionary<TopicName, Topic>();
        foreach (var name in instance.Assignment.Keys.Select(static one => one.Topic).Distinct().Where(mayRead))
        {
            if (await _topics.FindAsync(name, cancellationToken) is { } topic)
            {
                topics[name] = topic;
            }
        }

        return topics;
    }
}
