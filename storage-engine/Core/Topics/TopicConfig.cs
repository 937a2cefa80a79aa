using System.Collections.Immutable;

namespace Serverless.StorageEngine.Topics;

/// <summary>The settings of a topic: what was set for it, over the node's defaults, over Kafka's defaults.</summary>
/// <param name="Overrides">What was set for this topic, by Kafka's name, as normalized text.</param>
/// <param name="NodeDefaults">What the operator of this node set for all topics, by Kafka's name, as normalized text.</param>
public sealed record TopicConfig(
    ImmutableSortedDictionary<string, string> Overrides, ImmutableSortedDictionary<string, string> NodeDefaults)
{
    /// <summary>No overrides, no node defaults: Kafka's defaults.</summary>
    public static TopicConfig Default { get; } =
        new(ImmutableSortedDictionary<string, string>.Empty, ImmutableSortedDictionary<string, string>.Empty);

    /// <summary><c>max.message.bytes</c>: the largest record batch, in bytes. Kafka's default is 1,048,588.</summary>
    public int MaxMessageBytes => throw new InvalidOperationException("pending");

    /// <summary><c>segment.bytes</c>: a segment is sealed when it has this many bytes. Kafka's default is 1 GiB.</summary>
    public long SegmentBytes => throw new InvalidOperationException("pending");

    /// <summary><c>segment.ms</c>: a segment is sealed when its first block is this old. Kafka's default is 7 days.</summary>
    public TimeSpan SegmentAge => throw new InvalidOperationException("pending");

    /// <summary><c>message.timestamp.type</c> is <c>LogAppendTime</c>: every record gets the time of its append.</summary>
    public bool LogAppendTime => throw new InvalidOperationException("pending");

    /// <summary><c>append.interval.ms</c>: a busy log spaces its paid appends by this much (burst 2). 0 means no spacing.</summary>
    public TimeSpan AppendInterval => throw new InvalidOperationException("pending");
}
