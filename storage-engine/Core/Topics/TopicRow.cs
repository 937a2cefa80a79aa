using System.Collections.Immutable;
using System.Text.Json;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Topics;

/// <summary>The stored form of a living topic: JSON in row <c>topic|NAME</c> of table partition
/// <c>topics</c>.</summary>
/// <param name="Id">The topic's id, 32 hexadecimal digits.</param>
/// <param name="Partitions">The number of partitions.</param>
/// <param name="CreatedAt">Milliseconds since 1970.</param>
/// <param name="Configs">What was set for the topic; names that this version does not know are kept.</param>
/// <param name="Replicas">The replication that was asked for.</param>
internal sealed record TopicRow(
    string Id, int Partitions, long CreatedAt, ImmutableSortedDictionary<string, string> Configs, int Replicas = 1)
{
    public const string KeyPrefix = "topic|";

    public static string KeyOf(TopicName name) => KeyPrefix + name.Value;

    public static ReadOnlyMemory<byte> Encode(Topic topic) =>
        JsonSerializer.SerializeToUtf8Bytes(
            new TopicRow(
                topic.Id.ToString(),
                topic.PartitionCount,
                topic.CreatedAt.ToUnixTimeMilliseconds(),
                topic.Config.Overrides,
                topic.ReplicationFactor),
            TopicJson.Default.TopicRow);

    /// <summary>Reads a row; the settings of the node come from its own configuration, never from the store.</summary>
    public static StoredTopic Decode(TableRow row, ImmutableSortedDictionary<string, string> nodeDefaults)
    {
        try
        {
            if (JsonSerializer.Deserialize(row.Value.Span, TopicJson.Default.TopicRow) is { Partitions: > 0 } stored
                && row.Key.StartsWith(KeyPrefix, StringComparison.Ordinal)
                && TopicName.TryParse(row.Key[KeyPrefix.Length..], out var name, out _))
            {
                var topic = new Topic(
                    name,
                    TopicId.Parse(stored.Id),
                    stored.Partitions,
                    new TopicConfig(stored.Configs, nodeDefaults),
                    DateTimeOffset.FromUnixTimeMilliseconds(stored.CreatedAt))
                {
                    ReplicationFactor = stored.Replicas,
                };
                return new StoredTopic(topic, row.Version);
            }
        }
        catch (Exception exception) when (exception is JsonException or FormatException or OverflowException)
        {
            throw new CorruptDataException($"Topic row {row.Key}: expected a topic, found {exception.Message}");
        }

        throw new CorruptDataException(
            $"Topic row {row.Key}: expected a named topic with partitions, found something else.");
    }
}
