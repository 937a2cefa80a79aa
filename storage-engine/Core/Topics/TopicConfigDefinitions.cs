using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Serverless.StorageEngine.SharedLogs;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Topics;

/// <summary>All settings that a topic can have; names, types, defaults and bounds are Kafka's unless their text says
/// why not.</summary>
public static class TopicConfigDefinitions
{
    /// <summary>
    /// The most that <c>max.message.bytes</c> may be: one batch must fit into one block together with the block's
    /// header, its directory and the record of a checkpoint, for which 64 KiB are kept.
    /// </summary>
    public const int MessageBytesMax = SegmentLimits.BlockBytesMax - (64 * 1024);

    /// <summary>
    /// The least that <c>segment.bytes</c> may be. Kafka asked for 14 bytes until KIP-1030 raised it to 1 MiB; here a
    /// segment costs one blob and one table row, which 16 KiB keeps in proportion.
    /// </summary>
    public const int SegmentBytesMin = 16 * 1024;

    /// <summary>The most that <c>append.interval.ms</c> may be: a minute of added latency is more than any saving is
    /// worth.</summary>
    public const int AppendIntervalMsMax = 60_000;

    /// <summary>
    /// The least that <c>segment.bytes</c> is taken down to by <c>retention.bytes</c>: smaller segments would cost more
    /// than they save, so whoever wants them says so.
    /// </summary>
    public const int SegmentBytesImpliedMin = 1024 * 1024;

    internal const string Compact = "compact";
    internal const string Delete = "delete";

    internal static readonly TopicConfigDefinition AppendInterval =
        new("append.interval.ms", TopicConfigType.Number32, "0",
            "A busy partition spaces its paid storage appends by this many milliseconds, after a burst of two; 0 means "
            + "no spacing. An idle partition appends at once in any case.")
        { Min = 0, Max = AppendIntervalMsMax };

    internal static readonly TopicConfigDefinition CleanupPolicy =
        new("cleanup.policy", TopicConfigType.Words, Delete,
            "What happens to old records: delete removes old segments, compact keeps the last value of each key, and "
            + "compact,delete does both. Compacted topics take no records without a key.")
        { Words = [Compact, Delete] };

    internal static readonly TopicConfigDefinition Compression =
        new("compression.type", TopicConfigType.Word, "producer",
            "The intended compression of the topic. Batches are stored as their producer compressed them; copies of old "
            + "segments may get this codec.")
        { Words = ["uncompressed", "zstd", "lz4", "snappy", "gzip", "producer"] };

    internal static readonly TopicConfigDefinition DeleteRetentionMs =
        new("delete.retention.ms", TopicConfigType.Number64, "86400000",
            "How long a compacted topic keeps a record without a value after the first compaction that met it, in "
            + "milliseconds.")
        { Min = 0, Max = long.MaxValue };

    internal static readonly TopicConfigDefinition FileDeleteDelay =
        new("file.delete.delay.ms", TopicConfigType.Number64, "60000",
            "How long the bytes of a segment stay when it has ceased to count, for readers that still know it, in "
            + "milliseconds.")
        { Min = 0, Max = long.MaxValue };

    internal static readonly TopicConfigDefinition LocalRetentionMs =
        new("local.retention.ms", TopicConfigType.Number64, "3600000",
            "The age at which a sealed segment becomes a copy that cooler storage can take, in milliseconds; -2 or -1 "
            + "means never. Kafka's default is -2.")
        { Min = -2, Max = long.MaxValue };

    internal static readonly TopicConfigDefinition Log =
        new("log", TopicConfigType.Word, LogPlacement.Auto,
            "Where new records lie: dedicated gives each partition append blobs of its own, shared puts all partitions of "
            + "the topic into one chain of them, shared:NAME those of all topics of a group. With auto, topics with "
            + "several partitions share when append.interval.ms is set. Kafka has no such setting.")
        { Words = [LogPlacement.Auto, LogPlacement.Dedicated, LogPlacement.Shared], NamePrefix = LogPlacement.GroupPrefix };

    internal static readonly TopicConfigDefinition MaxCompactionLagMs =
        new("max.compaction.lag.ms", TopicConfigType.Number64, "9223372036854775807",
            "The age at which a record of a compacted topic is compacted at last, however few are, in milliseconds.")
        { Min = 1, Max = long.MaxValue };

    internal static readonly TopicConfigDefinition MaxMessageBytes =
        new("max.message.bytes", TopicConfigType.Number32, "1048588",
            "The largest record batch, in bytes, after compression.")
        { Min = 0, Max = MessageBytesMax };

    internal static readonly TopicConfigDefinition MessageTimestampType =
        new("message.timestamp.type", TopicConfigType.Word, "CreateTime",
            "Whether a record keeps the timestamp its producer gave, or gets the time of its append.")
        { Words = ["CreateTime", "LogAppendTime"] };

    internal static readonly TopicConfigDefinition MinCleanableDirtyRatio =
        new("min.cleanable.dirty.ratio", TopicConfigType.Fraction, "0.5",
            "The part of a compacted partition's bytes that no compaction has met yet from which one pays.")
        { Min = 0, Max = 1 };

    internal static readonly TopicConfigDefinition MinCompactionLagMs =
        new("min.compaction.lag.ms", TopicConfigType.Number64, "0",
            "The age that a record of a compacted topic has at least when it is compacted, in milliseconds.")
        { Min = 0, Max = long.MaxValue };

    internal static readonly TopicConfigDefinition RemoteStorageEnable =
        new("remote.storage.enable", TopicConfigType.Switch, "true",
            "Whether sealed segments become copies that cooler storage can take. Kafka's default is false.");

    internal static readonly TopicConfigDefinition RetentionBytes =
        new("retention.bytes", TopicConfigType.Number64, "-1",
            "The size to which a partition's oldest segments are deleted, in bytes; -1 means no limit by size.")
        { Min = -1, Max = long.MaxValue };

    internal static readonly TopicConfigDefinition RetentionMs =
        new("retention.ms", TopicConfigType.Number64, "604800000",
            "The age at which a segment is deleted, in milliseconds; -1 means for ever.")
        { Min = -1, Max = long.MaxValue };

    internal static readonly TopicConfigDefinition SegmentBytes =
        new("segment.bytes", TopicConfigType.Number32, "1073741824",
            "The size at which a segment is sealed, in bytes. Where the topic does not set it, segments are no larger "
            + "than retention.bytes, but at least 1 MiB.")
        { Min = SegmentBytesMin, Max = int.MaxValue };

    internal static readonly TopicConfigDefinition SegmentMs =
        new("segment.ms", TopicConfigType.Number64, "604800000",
            "The age at which a segment is sealed, in milliseconds.")
        { Min = 1, Max = long.MaxValue };

    internal static readonly TopicConfigDefinition SharedSegmentMs =
        new("shared.segment.ms", TopicConfigType.Number64, "3600000",
            "The age at which a segment in a shared log is sealed, in milliseconds; it then becomes a copy of its own. "
            + "Kafka has no such setting.")
        { Min = 1, Max = long.MaxValue };

    /// <summary>All of them, in ordinal order of their names.</summary>
    public static ImmutableArray<TopicConfigDefinition> All { get; } =
    [
        AppendInterval, CleanupPolicy, Compression, DeleteRetentionMs, FileDeleteDelay, LocalRetentionMs, Log,
        MaxCompactionLagMs, MaxMessageBytes, MessageTimestampType, MinCleanableDirtyRatio, MinCompactionLagMs,
        RemoteStorageEnable, RetentionBytes, RetentionMs, SegmentBytes, SegmentMs, SharedSegmentMs,
    ];

    private static FrozenDictionary<string, TopicConfigDefinition> ByName { get; } =
        All.ToFrozenDictionary(static definition => definition.Name, StringComparer.Ordinal);

    /// <summary>The definition of the setting <paramref name="name"/>, or null when there is none.</summary>
    public static TopicConfigDefinition? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>Checks one setting and brings its value into the form in which it is stored.</summary>
    /// <param name="name">Any name.</param>
    /// <param name="text">Any value.</param>
    /// <param name="normalized">The value to store, when the result is true.</param>
    /// <param name="problem">Kafka's sentence about the broken rule, when the result is false.</param>
    public static bool TryNormalize(
        string name,
        string? text,
        [NotNullWhen(true)] out string? normalized,
        [NotNullWhen(false)] out string? problem)
    {
        normalized = null;
        if (Find(name) is not { } definition)
        {
            problem = UnknownName(name);
            return false;
        }

        return definition.TryNormalize(text, out normalized, out problem);
    }

    /// <summary>Whether a setting puts a topic's records into the shared log of a group of topics, which other topics
    /// use, too.</summary>
    /// <param name="name">Any name.</param>
    /// <param name="text">Any value.</param>
    public static bool NamesGroup(string name, string? text) =>
        name == Log.Name && text?.StartsWith(LogPlacement.GroupPrefix, StringComparison.Ordinal) == true;

    /// <summary>Whether a setting is one that a group of topics shares when a topic of it changes it: the smallest
    /// interval of its topics is that of their shared log.</summary>
    /// <param name="name">Any name.</param>
    public static bool ReachesGroup(string name) => name == AppendInterval.Name;

    /// <summary>Whether settings put a topic's records into the shared log of a group of topics.</summary>
    /// <param name="config">The settings.</param>
    public static bool NamesGroup(TopicConfig config) => NamesGroup(Log.Name, config.Log);

    internal static string UnknownName(string name) =>
        $"Unknown topic config name: {(name.Length > 64 ? string.Concat(name.AsSpan(0, 64), "…") : name)}";
}
