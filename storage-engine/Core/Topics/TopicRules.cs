using System.Collections.Immutable;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Topics;

/// <summary>
/// Decides how topics come to be, change and go. Pure: a decision depends on the topic as read, so it can be taken
/// again after a lost race or an unknown outcome, and then gives the answer that is true by then.
/// </summary>
public static class TopicRules
{
    /// <summary>The most partitions of one topic; a topic of this size is described in about a megabyte of
    /// JSON.</summary>
    public const int PartitionCountMax = 10_000;

    /// <summary>Decides about creating <paramref name="wanted"/>.</summary>
    /// <param name="stored">The topic that has the name now, if any.</param>
    /// <param name="used">Who had the name last, or null when it was never used.</param>
    /// <param name="wanted">The new topic, of an id that was never used; its settings have passed
    /// <see cref="Override"/>.</param>
    /// <param name="attempted">What earlier writes of the same request may have created, each of an id of its
    /// own.</param>
    internal static TopicDecision<TopicCreation> Create(
        StoredTopic? stored, UsedName? used, Topic wanted, IReadOnlyCollection<Topic> attempted)
    {
        if (stored is not null)
        {
            // Finding the id of an attempt means that the write whose answer was lost did happen.
            return attempted.Any(one => one.Id == stored.Topic.Id)
                ? new(new TopicCreation.Created(stored.Topic), [])
                : new(new TopicCreation.AlreadyExists(stored.Topic), []);
        }

        if (attempted.FirstOrDefault(one => one.Id == used?.Life) is { } gone)
        {
            // It happened, and somebody has deleted the topic since: to create another one would undo that.
            return new(new TopicCreation.Created(gone), []);
        }

        return (PartitionCountProblem(wanted.PartitionCount)
                ?? ReplicationProblem(wanted.ReplicationFactor)
                ?? TopicConfigRules.Find(wanted.Config, wanted.Config.Overrides.Keys))
            is { } problem
            ? new(new TopicCreation.Refused(problem), [])
            : new(
                new TopicCreation.Created(wanted),
                [
                    new RowChange.Insert(TopicRow.KeyOf(wanted.Name), TopicRow.Encode(wanted)),
                    UsedNameRow.Use(wanted, used),
                ]);
    }

    /// <summary>Decides about raising the number of partitions to <paramref name="partitionCount"/>.</summary>
    /// <param name="stored">The topic as read, if there is one.</param>
    /// <param name="partitionCount">The total wanted.</param>
    /// <param name="writeInDoubt">Whether an earlier write of the same request may have happened.</param>
    internal static TopicDecision<TopicChange> AddPartitions(StoredTopic? stored, int partitionCount, bool writeInDoubt)
    {
        if (stored is not { Topic: var topic })
        {
            return new(new TopicChange.UnknownTopic(), []);
        }

        if (PartitionCountProblem(partitionCount) is { } problem)
        {
            return new(new TopicChange.Refused(problem), []);
        }

        if (partitionCount == topic.PartitionCount && writeInDoubt)
        {
            return new(new TopicChange.Changed(topic), []);
        }

        return partitionCount <= topic.PartitionCount
            ? new(new TopicChange.Refused(NoIncrease(topic, partitionCount)), [])
            : Replace(stored, topic with { PartitionCount = partitionCount });
    }

    /// <summary>Decides about changing settings: all of <paramref name="changes"/>, or none.</summary>
    /// <param name="stored">The topic as read, if there is one.</param>
    /// <param name="changes">What to set and what to take back.</param>
    internal static TopicDecision<TopicChange> AlterConfigs(
        StoredTopic? stored, IReadOnlyList<TopicConfigChange> changes)
    {
        if (stored is not { Topic: var topic })
        {
            return new(new TopicChange.UnknownTopic(), []);
        }

        var overrides = Override(topic.Config.Overrides, changes, out var problem);
        if (problem is not null)
        {
            return new(new TopicChange.Refused(problem), []);
        }

        if (overrides.SequenceEqual(topic.Config.Overrides))
        {
            return new(new TopicChange.Changed(topic), []);
        }

        var config = new TopicConfig(overrides, topic.Config.NodeDefaults);
        return TopicConfigRules.Find(config, changes.Select(static change => change.Name)) is { } contradiction
            ? new(new TopicChange.Refused(contradiction), [])
            : Replace(stored, topic with { Config = config });
    }

    /// <summary>Decides about deleting a topic.</summary>
    /// <param name="stored">The topic that has the name now, if any.</param>
    /// <param name="attempted">The topic that an earlier write of the same request may have deleted, if any.</param>
    /// <returns>The topic that is gone once the changes are durable, or null when there is none to delete.</returns>
    internal static TopicDecision<Topic?> Delete(StoredTopic? stored, Topic? attempted)
    {
        if (attempted is not null && stored?.Topic.Id != attempted.Id)
        {
            // It has gone, by that write or by another's. A new topic of the same name is not what was asked to go.
            return new(attempted, []);
        }

        return stored is not { Topic: var topic }
            ? new(null, [])
            : new(
                topic,
                [
                    new RowChange.Delete(TopicRow.KeyOf(topic.Name), stored.Version),
                    new RowChange.Insert(DeletedTopicRow.KeyOf(topic.Id), DeletedTopicRow.Encode(topic)),
                ]);
    }

    /// <summary>Applies changes of settings to those already set.</summary>
    /// <returns>The settings with the changes; without meaning when there is a problem.</returns>
    internal static ImmutableSortedDictionary<string, string> Override(
        ImmutableSortedDictionary<string, string> overrides,
        IReadOnlyList<TopicConfigChange> changes,
        out TopicProblem? problem)
    {
        problem = null;
        var result = overrides.ToBuilder();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var change in changes)
        {
            problem = Apply(result, change);
            if (problem is null && !names.Add(change.Name))
            {
                problem = new(TopicProblemCode.InvalidRequest, $"Error due to duplicate config keys: {change.Name}");
            }

            if (problem is not null)
            {
                break;
            }
        }

        return result.ToImmutable();
    }

    private static TopicProblem? Apply(
        ImmutableSortedDictionary<string, string>.Builder overrides, TopicConfigChange change)
    {
        if (TopicConfigDefinitions.Find(change.Name) is not { } definition)
        {
            return new(TopicProblemCode.InvalidConfig, TopicConfigDefinitions.UnknownName(change.Name));
        }

        if (change.Operation == TopicConfigOperation.Delete)
        {
            overrides.Remove(change.Name);
            return null;
        }

        if (!definition.TryNormalize(change.Value, out var normalized, out var problem))
        {
            return new(TopicProblemCode.InvalidConfig, problem);
        }

        overrides[change.Name] = normalized;
        return null;
    }

    private static TopicDecision<TopicChange> Replace(StoredTopic stored, Topic changed) =>
        new(
            new TopicChange.Changed(changed),
            [new RowChange.Replace(TopicRow.KeyOf(changed.Name), TopicRow.Encode(changed), stored.Version)]);

    private static TopicProblem? PartitionCountProblem(int partitionCount) => partitionCount switch
    {
        < 1 => new(TopicProblemCode.InvalidPartitions, "Number of partitions must be larger than 0."),
        > PartitionCountMax => new(
            TopicProblemCode.InvalidPartitions,
            $"Number of partitions must be at most {PartitionCountMax}, but {partitionCount} were asked for."),
        _ => null,
    };

    private static TopicProblem? ReplicationProblem(int replicationFactor) =>
        replicationFactor is < 1 or > short.MaxValue
            ? new(
                TopicProblemCode.InvalidReplicationFactor,
                "Replication factor must be larger than 0 and at most 32767.")
            : null;

    private static TopicProblem NoIncrease(Topic topic, int partitionCount) => new(
        TopicProblemCode.InvalidPartitions,
        partitionCount == topic.PartitionCount
            ? $"Topic already has {partitionCount} partition(s)."
            : $"The topic {topic.Name} currently has {topic.PartitionCount} partition(s); "
                + $"{partitionCount} would not be an increase.");
}
