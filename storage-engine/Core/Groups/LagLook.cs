using Serverless.StorageEngine.Diagnostics;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Groups;

/// <summary>Looks up how much the groups have left to read, and tells the metrics.</summary>
/// <remarks>
/// Costs a query for each group and, for each partition whose end this node does not know, two small reads: bounded by
/// <see cref="GroupsMax"/> and <see cref="PartitionsMax"/>. Several nodes that look tell the same, each for itself.
/// </remarks>
public sealed class LagLook
{
    /// <summary>The most groups of one look, in the order of their names.</summary>
    public const int GroupsMax = 1_000;

    /// <summary>The most partitions of one look; the group that reaches it is the last.</summary>
    public const int PartitionsMax = 10_000;

    private readonly GroupCoordinator _groups;
    private readonly GroupLags _lags;
    private readonly EngineMeters _meters;

    /// <summary>Touches no storage.</summary>
    /// <param name="groups">The groups.</param>
    /// <param name="lags">Finds the ends of partitions.</param>
    /// <param name="meters">Hears of it; owned by the caller.</param>
    public LagLook(GroupCoordinator groups, GroupLags lags, EngineMeters meters) =>
        (_groups, _lags, _meters) = (groups, lags, meters);

    /// <summary>Looks once. When it cannot end, the metrics tell no lag at all: an old one would look like a new one.</summary>
    /// <param name="cancellationToken">Abandons the look.</param>
    /// <returns>Whether all groups were looked at.</returns>
    /// <exception cref="StorageUnavailableException">Some group or end could not be read.</exception>
    public async ValueTask<bool> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            var (found, isComplete) = await ReadAsync(cancellationToken);
            _meters.Gauges.Lags = found;
            return isComplete;
        }
        catch
        {
            _meters.Gauges.Lags = [];
            throw;
        }
    }

    private async ValueTask<(List<GroupLag> Found, bool IsComplete)> ReadAsync(CancellationToken cancellationToken)
    {
        var found = new List<GroupLag>();
        var (groups, partitions) = (0, 0);
        await foreach (var name in _groups.ListAsync(after: null, cancellationToken))
        {
            if (groups++ == GroupsMax || partitions >= PartitionsMax)
            {
                return (found, false);
            }

            if (await _groups.DescribeAsync(name, cancellationToken) is not { } group)
            {
                continue;
            }

            var lags = await _lags.ReadAsync(group, among: null, cancellationToken);
            partitions += lags.Count;
            found.AddRange(lags
                .Where(static lag => lag.Lag is not null)
                .GroupBy(static lag => lag.Partition.Topic)
                .Select(topic => new GroupLag(
                    name.Value, topic.Key.Value, topic.Sum(static lag => lag.Lag!.Value))));
        }

        return (found, true);
    }
}
