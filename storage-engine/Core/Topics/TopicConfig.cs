using System.Collections.Immutable;
using System.Globalization;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Topics;

/// <summary>The settings of a topic: what was set for it, over the node's defaults, over Kafka's defaults.</summary>
/// <remarks>Two of them are equal when the same was set for the topic and for the node.</remarks>
public sealed class TopicConfig : IEquatable<TopicConfig>
{
    /// <summary>Reads every setting once, so that a hot path parses nothing.</summary>
    /// <param name="overrides">What was set for this topic, by Kafka's name, as normalized text.</param>
    /// <param name="nodeDefaults">What the operator of this node set for all topics, by Kafka's name, as normalized
    /// text.</param>
    /// <exception cref="CorruptDataException">A value is not what <see cref="TopicConfigDefinition.TryNormalize"/>
    /// lets through.</exception>
    public TopicConfig(
        ImmutableSortedDictionary<string, string> overrides, ImmutableSortedDictionary<string, string> nodeDefaults)
    {
        Overrides = overrides;
        NodeDefaults = nodeDefaults;
        MaxMessageBytes = (int)NumberOf(TopicConfigDefinitions.MaxMessageBytes);
        SegmentBytes = NumberOf(TopicConfigDefinitions.SegmentBytes);
        SegmentAge = Milliseconds(NumberOf(TopicConfigDefinitions.SegmentMs));
        RetentionTime = NumberOf(TopicConfigDefinitions.RetentionMs) is >= 0 and var age ? Milliseconds(age) : null;
        RetentionBytes = NumberOf(TopicConfigDefinitions.RetentionBytes) is >= 0 and var bytes ? bytes : null;
        LogAppendTime = ValueOf(TopicConfigDefinitions.MessageTimestampType) == "LogAppendTime";
        AppendInterval = Milliseconds(NumberOf(TopicConfigDefinitions.AppendInterval));
    }

    /// <summary>No overrides, no node defaults: Kafka's defaults.</summary>
    public static TopicConfig Default { get; } =
        new(ImmutableSortedDictionary<string, string>.Empty, ImmutableSortedDictionary<string, string>.Empty);

    /// <summary>What was set for this topic, by Kafka's name, as normalized text.</summary>
    public ImmutableSortedDictionary<string, string> Overrides { get; }

    /// <summary>What the operator of this node set for all topics, by Kafka's name, as normalized text.</summary>
    public ImmutableSortedDictionary<string, string> NodeDefaults { get; }

    /// <summary><c>max.message.bytes</c>: the largest record batch, in bytes. Kafka's default is 1,048,588.</summary>
    public int MaxMessageBytes { get; }

    /// <summary><c>segment.bytes</c>: a segment is sealed when it has this many bytes. Kafka's default is 1
    /// GiB.</summary>
    public long SegmentBytes { get; }

    /// <summary><c>segment.ms</c>: a segment is sealed when its first block is this old. Kafka's default is 7
    /// days.</summary>
    public TimeSpan SegmentAge { get; }

    /// <summary><c>retention.ms</c>: the age at which a segment may go, or null for never. Kafka's default is 7
    /// days.</summary>
    public TimeSpan? RetentionTime { get; }

    /// <summary><c>retention.bytes</c>: the size of a partition above which old segments may go, or null for no
    /// limit.</summary>
    public long? RetentionBytes { get; }

    /// <summary><c>message.timestamp.type</c> is <c>LogAppendTime</c>: every record gets the time of its
    /// append.</summary>
    public bool LogAppendTime { get; }

    /// <summary><c>append.interval.ms</c>: a busy log spaces its paid appends by this much (burst 2). 0 means no
    /// spacing.</summary>
    public TimeSpan AppendInterval { get; }

    /// <summary>The value in force, as normalized text.</summary>
    /// <param name="definition">Which setting.</param>
    public string ValueOf(TopicConfigDefinition definition) =>
        Overrides.GetValueOrDefault(definition.Name)
        ?? NodeDefaults.GetValueOrDefault(definition.Name)
        ?? definition.Default;

    /// <inheritdoc/>
    public bool Equals(TopicConfig? other) =>
        other is not null && Overrides.SequenceEqual(other.Overrides) && NodeDefaults.SequenceEqual(other.NodeDefaults);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as TopicConfig);

    /// <inheritdoc/>
    public override int GetHashCode() =>
        Overrides.Aggregate(
            NodeDefaults.Count,
            static (hash, setting) => HashCode.Combine(hash, setting.Key, setting.Value));

    // Settings may ask for more than the 29,000 years that a TimeSpan holds, as Kafka's long allows: that is never.
    private static TimeSpan Milliseconds(long value) =>
        value < TimeSpan.MaxValue.Ticks / TimeSpan.TicksPerMillisecond
            ? TimeSpan.FromTicks(value * TimeSpan.TicksPerMillisecond)
            : TimeSpan.MaxValue;

    private long NumberOf(TopicConfigDefinition definition) =>
        definition.TryNormalize(ValueOf(definition), out var normalized, out var problem)
            ? long.Parse(normalized, CultureInfo.InvariantCulture)
            : throw new CorruptDataException($"A stored topic setting is not what was once accepted. {problem}");
}
