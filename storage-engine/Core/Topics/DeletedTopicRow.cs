using System.Text.Json;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Topics;

/// <summary>
/// What remains of a deleted topic until its logs are gone: JSON in row <c>deleted|ID</c> of table partition
/// <c>topics</c>.
/// </summary>
/// <param name="Name">The name it had, for the operator who looks at the row.</param>
/// <param name="Partitions">How many logs have to go.</param>
internal sealed record DeletedTopicRow(string Name, int Partitions)
{
    public const string KeyPrefix = "deleted|";

    public static string KeyOf(TopicId id) => KeyPrefix + id;

    public static ReadOnlyMemory<byte> Encode(Topic topic) =>
        JsonSerializer.SerializeToUtf8Bytes(
            new DeletedTopicRow(topic.Name.Value, topic.PartitionCount), TopicJson.Default.DeletedTopicRow);

    public static (TopicId Id, int Partitions) Decode(TableRow row)
    {
        try
        {
            var type = TopicJson.Default.DeletedTopicRow;
            if (JsonSerializer.Deserialize(row.Value.Span, type) is { Partitions: > 0 } note)
            {
                return (TopicId.Parse(row.Key[KeyPrefix.Length..]), note.Partitions);
            }
        }
        catch (Exception exception) when (exception is JsonException or FormatException or OverflowException)
        {
            throw new CorruptDataException($"Topic row {row.Key}: expected a deleted topic, found {exception.Message}");
        }

        throw new CorruptDataException($"Topic row {row.Key}: expected a deleted topic, found something else.");
    }
}
