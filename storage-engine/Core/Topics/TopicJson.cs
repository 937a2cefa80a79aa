using System.Text.Json.Serialization;

namespace Serverless.StorageEngine.Topics;

/// <summary>The JSON of the rows of table partition <c>topics</c>; member names are stored and must stay.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(TopicRow))]
[JsonSerializable(typeof(DeletedTopicRow))]
[JsonSerializable(typeof(UsedNameRow))]
internal sealed partial class TopicJson : JsonSerializerContext;
