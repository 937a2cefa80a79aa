using System.Collections.Immutable;
using System.Globalization;

namespace Serverless.Functions.Host.Settings;

/// <summary>Settings that cannot hold together, and those that can, but hardly mean what they say.</summary>
/// <remarks>
/// What Kafka refuses, of a topic or at a broker's start, is refused; what it allows is a warning. Only what the operator
/// set counts, since a topic's default gives way to it.
/// </remarks>
internal static class SettingPairs
{
    /// <summary>Refuses what contradicts itself.</summary>
    /// <param name="values">What the operator set; gets a sentence for each contradiction.</param>
    /// <param name="topics">What the operator set for topics, by Kafka's name, as normalized text.</param>
    /// <returns>What is worth a warning, in one sentence each.</returns>
    public static IReadOnlyList<string> Check(SettingValues values, ImmutableSortedDictionary<string, string> topics)
    {
        var least = LimitOf(topics, "min.compaction.lag.ms");
        if (LimitOf(topics, "max.compaction.lag.ms") < least)
        {
            values.Refuse(
                Both(values, topics, "min.compaction.lag.ms", "max.compaction.lag.ms")
                + ": a record would have to be compacted before it may be.");
        }

        if (LimitOf(topics, "retention.ms") < LimitOf(topics, "local.retention.ms"))
        {
            values.Refuse(
                Both(values, topics, "local.retention.ms", "retention.ms")
                + ": segments would go before they become copies. -2 means no copies.");
        }

        return [.. Warnings(values, topics)];
    }

    private static IEnumerable<string> Warnings(SettingValues values, ImmutableSortedDictionary<string, string> topics)
    {
        if (LimitOf(topics, "retention.bytes") < LimitOf(topics, "segment.bytes"))
        {
            yield return Both(values, topics, "segment.bytes", "retention.bytes")
                + ": retention goes by whole segments, so segments end at the latter (but not below 1 MiB) in topics "
                + "that do not set segment.bytes themselves.";
        }

        var (one, all) = (EngineSettings.PendingBytesMax, EngineSettings.PendingBytesTotalMax);
        if (values.Get(one) > values.Get(all))
        {
            yield return $"{Said(values, one, values.Get(one))} and {Said(values, all, values.Get(all))}: "
                + "one partition never gets as far as its own limit.";
        }
    }

    // Null where the operator says nothing, or that there is no limit.
    private static long? LimitOf(ImmutableSortedDictionary<string, string> topics, string name) =>
        topics.TryGetValue(name, out var text) && long.Parse(text, CultureInfo.InvariantCulture) is >= 0 and var limit
            ? limit
            : null;

    private static string Both(
        SettingValues values, ImmutableSortedDictionary<string, string> topics, string one, string other) =>
        $"{values.NameOf(TopicSettings.Of(one))} is {topics[one]} and "
        + $"{values.NameOf(TopicSettings.Of(other))} is {topics[other]}";

    private static string Said(SettingValues values, Setting setting, long value) =>
        string.Create(CultureInfo.InvariantCulture, $"{values.NameOf(setting)} is {value}");
}
