using System.Collections.Immutable;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Offsets;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Groups;

/// <summary>Resets the committed offsets of groups without members.</summary>
/// <remarks>
/// A reset of more than <see cref="GroupLimits.OffsetsPerTransactionMax"/> partitions is several transactions. Each is
/// refused when the group has got a member by then, so that no member ever finds its offset moved.
/// </remarks>
public sealed class OffsetResets
{
    // So that a group of ten thousand partitions does not take the store for itself.
    private const int PartitionsAtOnceMax = 16;

    private readonly GroupCoordinator _groups;
    private readonly TopicCatalog _topics;
    private readonly EventLog _log;

    /// <summary>Touches no storage.</summary>
    /// <param name="groups">The groups.</param>
    /// <param name="topics">The topics.</param>
    /// <param name="log">The logs of their partitions.</param>
    public OffsetResets(GroupCoordinator groups, TopicCatalog topics, EventLog log) =>
        (_groups, _topics, _log) = (groups, topics, log);

    /// <summary>Resets offsets.</summary>
    /// <param name="group">The group; it need not exist when <paramref name="partitions"/> are named.</param>
    /// <param name="target">Where it shall go on.</param>
    /// <param name="partitions">
    /// At most <see cref="GroupLimits.PartitionsMax"/>; null for all that it has committed offsets of.
    /// </param>
    /// <param name="dryRun">Whether to say only what would happen.</param>
    /// <param name="cancellationToken">Abandons the wait; some or all may be done nevertheless.</param>
    /// <exception cref="StorageUnavailableException">
    /// Nothing was reset: some end could not be read, or the first offsets not be written.
    /// </exception>
    /// <exception cref="StorageOutcomeUnknownException">Some may have been written.</exception>
    public async ValueTask<ResetOutcome> RunAsync(
        GroupId group,
        ResetTarget target,
        IReadOnlyCollection<TopicPartition>? partitions,
        bool dryRun,
        CancellationToken cancellationToken)
    {
        var described = await _groups.DescribeAsync(group, cancellationToken);
        if (described is null && partitions is null)
        {
            return new ResetOutcome.Refused(GroupError.GroupNotFound, $"There is no group '{group}'.", Applied: 0);
        }

        if (described is { State.Members: { IsEmpty: false } members })
        {
            return new ResetOutcome.Refused(
                GroupError.GroupNotEmpty, $"The group has {members.Count} members; stop them first.", Applied: 0);
        }

        var committed = described?.Offsets ?? ImmutableDictionary<TopicPartition, CommittedOffset>.Empty;
        var plan = await PlanAsync(target, partitions ?? [.. committed.Keys], committed, cancellationToken);
        return plan is ResetOutcome.Done done && !dryRun
            ? await ApplyAsync(group, done, cancellationToken)
            : plan;
    }

    private async ValueTask<ResetOutcome> PlanAsync(
        ResetTarget target,
        IReadOnlyCollection<TopicPartition> partitions,
        IReadOnlyDictionary<TopicPartition, CommittedOffset> committed,
        CancellationToken cancellationToken)
    {
        var plan = ImmutableArray.CreateBuilder<PartitionReset>();
        foreach (var some in partitions.Distinct().Order().GroupBy(static one => one.Topic))
        {
            var topic = await _topics.FindAsync(some.Key, cancellationToken);
            foreach (var chunk in some.Chunk(PartitionsAtOnceMax))
            {
                var found = await Task.WhenAll(
                    chunk.Select(partition => LookAsync(topic, partition, target, cancellationToken)));
                foreach (var (partition, place) in chunk.Zip(found))
                {
                    if (place is not (var ends, var since))
                    {
                        return new ResetOutcome.Refused(
                            GroupError.UnknownTopicOrPartition, $"There is no partition {partition}.", Applied: 0);
                    }

                    var previous = committed.GetValueOrDefault(partition)?.Offset;
                    if (ResetPlan.Of(partition, target, ends, previous, since) is not { } reset)
                    {
                        return new ResetOutcome.Refused(
                            GroupError.NoOffset,
                            $"Partition {partition} has no committed offset that could be shifted.",
                            Applied: 0);
                    }

                    plan.Add(reset);
                }
            }
        }

        return new ResetOutcome.Done(plan.ToImmutable());
    }

    private async Task<(PartitionOffsets Ends, long? Since)?> LookAsync(
        Topic? topic, TopicPartition partition, ResetTarget target, CancellationToken cancellationToken)
    {
        if (topic is null)
        {
            return null;
        }

        if (target is ResetTarget.Since since)
        {
            return await _log.FindOffsetAsync(topic, partition.Partition, since.Timestamp, cancellationToken)
                is var (record, at)
                ? (at, record?.Offset)
                : null;
        }

        return await _log.GetOffsetsAsync(topic, partition.Partition, cancellationToken) is { } ends
            ? (ends, null)
            : null;
    }

    private async ValueTask<ResetOutcome> ApplyAsync(
        GroupId group, ResetOutcome.Done plan, CancellationToken cancellationToken)
    {
        var applied = 0;
        foreach (var some in plan.Partitions.Chunk(GroupLimits.OffsetsPerTransactionMax))
        {
            try
            {
                if (await ApplyAsync(group, some, cancellationToken) is GroupOutcome.Refused refused)
                {
                    return new ResetOutcome.Refused(refused.Error, refused.Detail, applied);
                }
            }
            catch (StorageUnavailableException unavailable) when (applied > 0)
            {
                return new ResetOutcome.Interrupted(applied, plan.Partitions.Length, unavailable.RetryAfter);
            }

            applied += some.Length;
        }

        return plan;
    }

    private ValueTask<GroupOutcome> ApplyAsync(
        GroupId group, PartitionReset[] resets, CancellationToken cancellationToken) =>
        _groups.AlterOffsetsAsync(
            group,
            [.. resets.Select(static one => new PartitionOffset(one.Partition, one.Offset, ""))],
            [],
            onlyIfEmpty: true,
            cancellationToken);
}
