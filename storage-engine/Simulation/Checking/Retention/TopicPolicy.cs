using System.Globalization;
using System.Text.Json;

namespace Serverless.StorageEngine.Simulation.Checking.Retention;

/// <summary>What a topic's row says of how long and how much is kept; Kafka's defaults where it says nothing.</summary>
/// <param name="Deletes">Whether old segments go.</param>
/// <param name="Compacts">Whether records go whose key has a later one.</param>
/// <param name="RetentionMs">How old a record may become, or -1.</param>
/// <param name="RetentionBytes">How many bytes are kept, or -1.</param>
/// <param name="DeleteRetentionMs">How long a tombstone stays behind its first compaction.</param>
/// <param name="MinCompactionLagMs">How young a record is safe from compaction.</param>
/// <param name="FileDeleteDelayMs">How long the bytes of what counts no more stay.</param>
internal sealed record TopicPolicy(
    bool Deletes,
    bool Compacts,
    long RetentionMs,
    long RetentionBytes,
    long DeleteRetentionMs,
    long MinCompactionLagMs,
    long FileDeleteDelayMs)
{
    /// <summary>Reads a topic's row.</summary>
    public static TopicPolicy Of(JsonElement row)
    {
        var configs = row.TryGetProperty("configs", out var found) && found.ValueKind == JsonValueKind.Object
            ? found.EnumerateObject().ToDictionary(
                static one => one.Name, static one => one.Value.GetString() ?? "", StringComparer.Ordinal)
            : [];
        var policy = configs.GetValueOrDefault("cleanup.policy", "delete").Split(',', StringSplitOptions.TrimEntries);
        return new TopicPolicy(
            policy.Contains("delete"),
            policy.Contains("compact"),
            NumberOf("retention.ms", 604_800_000),
            NumberOf("retention.bytes", -1),
            NumberOf("delete.retention.ms", 86_400_000),
            NumberOf("min.compaction.lag.ms", 0),
            NumberOf("file.delete.delay.ms", 60_000));

        long NumberOf(string name, long otherwise) => configs.TryGetValue(name, out var text)
            ? long.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture)
            : otherwise;
    }
}
