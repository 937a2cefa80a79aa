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
        var policy = ValidOf(TopicConfigDefinitions.CleanupPolicy).Split(',');
        Deletes = policy.Contains(TopicConfigDefinitions.Delete);
        Compacts = policy.Contains(TopicConfigDefinitions.Compact);
        MaxMessageBytes = (int)NumberOf(TopicConfigDefinitions.MaxMessageBytes);
        RetentionTime = LimitOf(TopicConfigDefinitions.RetentionMs) is { } age ? Milliseconds(age) : null;
        RetentionBytes = LimitOf(TopicConfigDefinitions.RetentionBytes);
        DeleteRetention = Milliseconds(NumberOf(TopicConfigDefinitions.DeleteRetentionMs));
        FileDeleteDelay = Milliseconds(NumberOf(TopicConfigDefinitions.FileDeleteDelay));
        MinCompactionLag = Milliseconds(NumberOf(TopicConfigDefinitions.MinCompactionLagMs));
        MaxCompactionLag = Milliseconds(NumberOf(TopicConfigDefinitions.MaxCompactionLagMs));
        MinCleanableDirtyRatio = double.Parse(
            ValidOf(TopicConfigDefinitions.MinCleanableDirtyRatio), CultureInfo.InvariantCulture);
        LocalRetention = LimitOf(TopicConfigDefinitions.LocalRetentionMs) is { } local ? Milliseconds(local) : null;
        RemoteStorage = ValidOf(TopicConfigDefinitions.RemoteStorageEnable) == "true";
        SegmentBytes = SegmentBytesOf(NumberOf(TopicConfigDefinitions.SegmentBytes));
        SegmentAge = SegmentAgeOf(Milliseconds(NumberOf(TopicConfigDefinitions.SegmentMs)));
        LogAppendTime = ValidOf(TopicConfigDefinitions.MessageTimestampType) == "LogAppendTime";
        AppendInterval = Milliseconds(NumberOf(TopicConfigDefinitions.AppendInterval));
        Log = ValueOf(TopicConfigDefinitions.Log);
        SharedSegmentAge = Milliseconds(NumberOf(TopicConfigDefinitions.SharedSegmentMs));
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

    /// <summary><c>segment.bytes</c>: a segment is sealed when it has this many bytes. Kafka's default is 1 GiB; less
    /// where a smaller <see cref="RetentionBytes"/> could not be kept otherwise.</summary>
    public long SegmentBytes { get; }

    /// <summary><c>segment.ms</c>, or <c>max.compaction.lag.ms</c> where a compacted topic has a smaller one: a segment
    /// is sealed when its first block is this old. Kafka's default is 7 days.</summary>
    public TimeSpan SegmentAge { get; }

    /// <summary><c>cleanup.policy</c> has <c>delete</c>: old segments go by time and size.</summary>
    public bool Deletes { get; }

    /// <summary><c>cleanup.policy</c> has <c>compact</c>: old records go whose key has a later one.</summary>
    public bool Compacts { get; }

    /// <summary><c>retention.ms</c>: the age at which a segment may go, or null for never. Kafka's default is 7
    /// days.</summary>
    public TimeSpan? RetentionTime { get; }

    /// <summary><c>retention.bytes</c>: the size of a partition above which old segments may go, or null for no
    /// limit.</summary>
    public long? RetentionBytes { get; }

    /// <summary><c>delete.retention.ms</c>: how long a compacted topic keeps a tombstone after the compaction that met
    /// it first. Kafka's default is a day.</summary>
    public TimeSpan DeleteRetention { get; }

    /// <summary><c>file.delete.delay.ms</c>: how long the bytes of a segment stay when it counts no more. Kafka's
    /// default is a minute.</summary>
    public TimeSpan FileDeleteDelay { get; }

    /// <summary><c>min.compaction.lag.ms</c>: records younger than this are not compacted.</summary>
    public TimeSpan MinCompactionLag { get; }

    /// <summary><c>max.compaction.lag.ms</c>: records older than this are compacted, whatever
    /// <see cref="MinCleanableDirtyRatio"/> says; <see cref="TimeSpan.MaxValue"/>, the default, means never.</summary>
    public TimeSpan MaxCompactionLag { get; }

    /// <summary><c>min.cleanable.dirty.ratio</c>: from 0 to 1, the part of a log's bytes that must be dirty for a
    /// compaction. Kafka's default is 0.5.</summary>
    public double MinCleanableDirtyRatio { get; }

    /// <summary><c>remote.storage.enable</c>: sealed segments become copies when they are as old as
    /// <see cref="LocalRetention"/>. Default: true.</summary>
    public bool RemoteStorage { get; }

    /// <summary><c>local.retention.ms</c>: the age at which a sealed segment becomes a copy, or null for never.
    /// Default: an hour.</summary>
    public TimeSpan? LocalRetention { get; }

    /// <summary><c>message.timestamp.type</c> is <c>LogAppendTime</c>: every record gets the time of its
    /// append.</summary>
    public bool LogAppendTime { get; }

    /// <summary><c>append.interval.ms</c>: a busy log spaces its paid appends by this much (burst 2). 0 means no
    /// spacing.</summary>
    public TimeSpan AppendInterval { get; }

    /// <summary><c>log</c>: where new records lie; see <see cref="SharedLogs.LogPlacement"/>. Default: auto.</summary>
    public string Log { get; }

    /// <summary><c>shared.segment.ms</c>: a segment in a shared log is sealed when its first block is this old, if not
    /// before. Default: an hour.</summary>
    public TimeSpan SharedSegmentAge { get; }

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

    // What the topic did not say itself gives way where what it said could not be kept otherwise.
    private long SegmentBytesOf(long value) =>
        RetentionBytes is { } most && !Overrides.ContainsKey(TopicConfigDefinitions.SegmentBytes.Name)
            ? Math.Min(value, Math.Max(most, TopicConfigDefinitions.SegmentBytesImpliedMin))
            : value;

    // As Kafka: nothing in the active segment is compacted, so it must not stay active for longer.
    private TimeSpan SegmentAgeOf(TimeSpan value) =>
        Compacts && MaxCompactionLag < value ? MaxCompactionLag : value;

    private long? LimitOf(TopicConfigDefinition definition) =>
        NumberOf(definition) is >= 0 and var value ? value : null;

    private long NumberOf(TopicConfigDefinition definition) =>
        long.Parse(ValidOf(definition), CultureInfo.InvariantCulture);

    private string ValidOf(TopicConfigDefinition definition) =>
        definition.TryNormalize(ValueOf(definition), out var normalized, out var problem)
            ? normalized
            : throw new CorruptDataException($"A stored topic setting is not what was once accepted. {problem}");
}
