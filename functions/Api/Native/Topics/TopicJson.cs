using System.Text.Json;
using System.Text.Json.Serialization;

namespace Serverless.Functions.Api.Native.Topics;

/// <summary>The bodies of topic requests; a member that is not known is refused.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    AllowDuplicateProperties = false,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(CreateTopicBody))]
[JsonSerializable(typeof(AlterTopicBody))]
internal sealed partial class TopicJson : JsonSerializerContext;

/// <summary>What a new topic shall be.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Partitions">The number of its partitions.</param>
/// <param name="Configs">Settings by Kafka's name; texts, numbers or truth values.</param>
internal sealed record CreateTopicBody(
    string? Name, int Partitions = 1, IReadOnlyDictionary<string, JsonElement>? Configs = null);

/// <summary>What a topic shall become.</summary>
/// <param name="Partitions">The new number of its partitions, or null to leave it.</param>
/// <param name="Configs">Settings to change; null takes back what was set.</param>
internal sealed record AlterTopicBody(
    int? Partitions = null, IReadOnlyDictionary<string, JsonElement>? Configs = null);
