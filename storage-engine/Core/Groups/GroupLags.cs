using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Offsets;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Groups;

/// <summary>Finds how much groups have left to read.</summary>
/// <remarks>The ends of a partition that this node did not read lately cost a few storage operations.</remarks>
public sealed class GroupLags
{
    // So that a group of ten thousand partitions does not take the store for itself.
    private const int PartitionsAtOnceMax = 16;

    private readonly TopicCatalog _topics;
    private readonly EventLog _log;

    /// <summary>Touches no storage.</summary>
    /// <param name="topics">The topics.</param>
    /// <param name="log">The logs of their partitions.</param>
    public GroupLags(TopicCatalog topics, EventLog log) => (_topics, _log) = (topics, log);

    /// <summary>
    /// The partitions that a group has committed offsets of or that its members have, in order. Those of topics that
    /// are gone are left out.
    /// </summary>
    /// <param name="group">The group.</param>
    /// <param name="among">Which partitions are asked for; null for all.</param>
    /// <param name="cancellationToken">Abandons the reading.</param>
    /// <exception cref="StorageUnavailableException">Some end could not be read.</exception>
    public async ValueTask<IReadOnlyList<PartitionLag>> ReadAsync(
        GroupDescription group, Func<TopicPartition, bool>? among, CancellationToken cancellationToken)
    {
        var owners = GroupOwnership.Of(group).ByPartition;
        var partitions = group.Offsets.Keys.Union(owners.Keys)
            .Where(partition => among?.Invoke(partition) ?? true)
            .Order();
        var lags = new List<PartitionLag>();
        foreach (var topic in partitions.GroupBy(static one => one.Topic))
        {
            if (await _topics.FindAsync(topic.Key, cancellationToken) is not { } found)
            {
                continue;
            }

            foreach (var some in topic.Chunk(PartitionsAtOnceMax))
            {
                var ends = await Task.WhenAll(some.Select(partition =>
                    _log.GetOffsetsAsync(found, partition.Partition, cancellationToken).AsTask()));
                lags.AddRange(some.Zip(ends)
                    .Where(static one => one.Second is not null)
                    .Select(one => new PartitionLag(
                        one.First,
                        one.Second!.Value,
                        group.Offsets.GetValueOrDefault(one.First),
                        owners.GetValueOrDefault(one.First))));
            }
        }

        return lags;
    }
}
