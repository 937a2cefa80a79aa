using System.Globalization;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.SharedLogs;

/// <summary>Names one shared log: one chain of append blobs that carries segments of many partitions.</summary>
/// <param name="Value">Lower-case letters, digits and hyphens.</param>
internal readonly record struct SharedLogId(string Value)
{
    /// <summary>How many partitions of one topic share a log of the topic's own; a topic with more has
    /// several.</summary>
    public const int PartitionsMax = 1_000;

    /// <summary>The topic's own shared log for a partition.</summary>
    public static SharedLogId OfTopic(TopicId topic, int partition) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{PrefixOf(topic)}{partition / PartitionsMax}"));

    /// <summary>The shared log of a named group of topics.</summary>
    /// <param name="group">As <see cref="LogPlacement.IsGroupName"/> allows.</param>
    public static SharedLogId OfGroup(string group) => new(GroupPrefix + group);

    /// <summary>What the names of all groups' shared logs begin with.</summary>
    public const string GroupPrefix = "g-";

    /// <summary>Whether it is that of a group of topics, rather than one topic's own.</summary>
    public bool IsGroup => Value.StartsWith(GroupPrefix, StringComparison.Ordinal);

    /// <summary>What the names of all topics' own shared logs begin with.</summary>
    public const string TopicPrefix = "t-";

    /// <summary>What the names of all of a topic's own shared logs begin with.</summary>
    public static string PrefixOf(TopicId topic) => $"{TopicPrefix}{topic}-";

    /// <summary>The topic whose own it is.</summary>
    /// <exception cref="Storage.CorruptDataException">It is that of a group.</exception>
    public TopicId OwnTopic() => TopicId.Parse(Value[TopicPrefix.Length..Value.LastIndexOf('-')]);

    /// <inheritdoc/>
    public override string ToString() => Value;
}
