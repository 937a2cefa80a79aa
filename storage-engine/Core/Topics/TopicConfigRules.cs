using System.Collections.Immutable;

namespace Serverless.StorageEngine.Topics;

/// <summary>Which settings of a topic contradict each other. Pure.</summary>
/// <remarks>
/// What Kafka's defaults imply is never refused. A contradiction that was there before, because another version or
/// another node's defaults let it in, does not keep settings from being changed that have nothing to do with it.
/// </remarks>
internal static class TopicConfigRules
{
    private static readonly ImmutableArray<Rule> Rules =
    [
        new([TopicConfigDefinitions.SegmentBytes, TopicConfigDefinitions.RetentionBytes], SegmentBytesProblem),
        new([TopicConfigDefinitions.MinCompactionLagMs, TopicConfigDefinitions.MaxCompactionLagMs], LagProblem),
        new([TopicConfigDefinitions.LocalRetentionMs, TopicConfigDefinitions.RetentionMs], LocalRetentionProblem),
    ];

    /// <summary>The first contradiction that a request brings in, or null.</summary>
    /// <param name="config">The settings as they would be.</param>
    /// <param name="changed">The names of the settings that the request sets or takes back.</param>
    public static TopicProblem? Find(TopicConfig config, IEnumerable<string> changed)
    {
        var names = changed.ToHashSet(StringComparer.Ordinal);
        var problem = Rules
            .Where(rule => Array.Exists(rule.Settings, setting => names.Contains(setting.Name)))
            .Select(rule => rule.Check(config))
            .FirstOrDefault(static problem => problem is not null);
        return problem is null ? null : new TopicProblem(TopicProblemCode.InvalidConfig, problem);
    }

    // Where the topic does not set segment.bytes, the segments follow retention.bytes.
    private static string? SegmentBytesProblem(TopicConfig config)
    {
        if (config.RetentionBytes is not { } most
            || !config.Overrides.TryGetValue(TopicConfigDefinitions.SegmentBytes.Name, out var segment)
            || config.SegmentBytes <= most)
        {
            return null;
        }

        var smaller = most >= TopicConfigDefinitions.SegmentBytesMin
            ? $"set segment.bytes to {most} at most"
            : "take segment.bytes back";
        return $"segment.bytes ({segment}) is larger than retention.bytes ({most}), which could not be kept: "
            + $"{smaller}, or set retention.bytes to {segment} at least or to -1.";
    }

    private static string? LagProblem(TopicConfig config)
    {
        var (least, most) = (
            config.ValueOf(TopicConfigDefinitions.MinCompactionLagMs),
            config.ValueOf(TopicConfigDefinitions.MaxCompactionLagMs));
        return config.MaxCompactionLag < config.MinCompactionLag
            ? $"Conflict topic config setting min.compaction.lag.ms ({least}) > max.compaction.lag.ms ({most}): set "
                + $"max.compaction.lag.ms to {least} at least, or min.compaction.lag.ms to {most} at most."
            : null;
    }

    private static string? LocalRetentionProblem(TopicConfig config) =>
        config.Overrides.TryGetValue(TopicConfigDefinitions.LocalRetentionMs.Name, out var local)
            && config.Overrides.TryGetValue(TopicConfigDefinitions.RetentionMs.Name, out var retention)
            && config.RetentionTime is { } most
            && config.LocalRetention > most
            ? $"local.retention.ms ({local}) is larger than retention.ms ({retention}): set local.retention.ms to "
                + $"{retention} at most, or to -2 for no copies."
            : null;

    private sealed record Rule(TopicConfigDefinition[] Settings, Func<TopicConfig, string?> Check);
}
