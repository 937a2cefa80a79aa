using System.Globalization;
using System.Text.Json;
using Serverless.Functions.Api.Security;
using Serverless.StorageEngine.Topics;

namespace Serverless.Functions.Api.Native.Topics;

/// <summary>How a topic is written: <c>{"name", "id", "partitions", "created_at", "configs"}</c>.</summary>
internal static class TopicAnswer
{
    /// <summary>Writes the members of a topic; <c>configs</c> holds what was set for it, not the defaults.</summary>
    /// <param name="json">Inside an object.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="caller">Who asks; <c>configs</c> is left out when he may not see them.</param>
    public static void Write(Utf8JsonWriter json, Topic topic, Caller caller)
    {
        json.WriteString("name", topic.Name.Value);
        json.WriteString("id", topic.Id.ToString());
        json.WriteNumber("partitions", topic.PartitionCount);
        json.WriteString(
            "created_at", topic.CreatedAt.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        if (!caller.May(Right.DescribeTopicConfigs, topic.Name))
        {
            return;
        }

        json.WriteStartObject("configs");
        foreach (var (name, value) in topic.Config.Overrides)
        {
            json.WriteString(name, value);
        }

        json.WriteEndObject();
    }
}
