using System.Text.Json;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Topics;

/// <summary>
/// Which topic had a name last: JSON in row <c>name|NAME</c> of table partition <c>topics</c>. It stays when the topic goes,
/// and every creation of a topic of the name replaces it.
/// </summary>
/// <remarks>
/// A creation can arrive late, or a second time, when its topic has been created by another attempt and deleted since.
/// That the name is free is then true again, so it is no condition that keeps such a creation out. This row is; and a
/// node that never got the answer learns from it that its creation happened.
/// </remarks>
/// <param name="Id">The topic's id, 32 hexadecimal digits.</param>
/// <param name="CreatedAt">Milliseconds since 1970.</param>
internal sealed record UsedNameRow(string Id, long CreatedAt)
{
    private const string KeyPrefix = "name|";

    /// <summary>The row of a name.</summary>
    public static string KeyOf(TopicName name) => KeyPrefix + name.Value;

    /// <summary>Reads the row; it is empty when it was written before it held anything.</summary>
    /// <exception cref="CorruptDataException">The row is not what was written.</exception>
    public static UsedName Decode(TableRow row)
    {
        if (row.Value.IsEmpty)
        {
            return new UsedName(row.Version, default, DateTimeOffset.MinValue);
        }

        try
        {
            return JsonSerializer.Deserialize(row.Value.Span, TopicJson.Default.UsedNameRow) is { } stored
                ? new UsedName(
                    row.Version,
                    TopicId.Parse(stored.Id),
                    DateTimeOffset.FromUnixTimeMilliseconds(stored.CreatedAt))
                : throw new CorruptDataException($"Row {row.Key}: expected a topic's id, found nothing.");
        }
        catch (Exception exception) when (exception is JsonException or ArgumentOutOfRangeException)
        {
            throw new CorruptDataException($"Row {row.Key}: expected a topic's id, found {exception.Message}");
        }
    }

    /// <summary>The change that each creation makes beside the topic's own row.</summary>
    /// <param name="topic">The new topic.</param>
    /// <param name="used">Who had its name, or null when it was never used.</param>
    public static RowChange Use(Topic topic, UsedName? used)
    {
        var key = KeyOf(topic.Name);
        var value = JsonSerializer.SerializeToUtf8Bytes(
            new UsedNameRow(topic.Id.ToString(), topic.CreatedAt.ToUnixTimeMilliseconds()),
            TopicJson.Default.UsedNameRow);
        return used is { Version: var version }
            ? new RowChange.Replace(key, value, version)
            : new RowChange.Insert(key, value);
    }
}
