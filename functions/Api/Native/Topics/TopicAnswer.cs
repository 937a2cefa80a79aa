using System.Globalization;
using System.Text.Json;
using Serverless.StorageEngine.Topics;

namespace Serverless.Functions.Api.Native.Topics;

/// <summary>How a topic is written: <c>{"name", "id", "partitions", "created_at", "configs"}</c>.</summary>
internal static class TopicAnswer
{
    /// <summary>Writes the members of a topic; <c>configs</c> holds what was set for it, not the defaults.</summary>
    /// <param name="json">Inside an object.</param>
    /// <param name="topic">The topic.</param>
    public static void Write(Utf8JsonWriter json, Topic topic)
    {
        json.WriteString("name", topic.Name.Value);
        json.WriteString("id", topic.Id.ToString());
        json.WriteNumber("partitions", topic.PartitionCount);
        json.WriteString(
            "created_at", topic.CreatedAt.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        json.WriteStartObject("configs");
        foreach (var (name, value) in topic.Config.Overrides)
        {
            json.WriteString(name, value);
        }

        json.WriteEndObject();
    }
}
