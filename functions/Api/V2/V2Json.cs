using System.Text.Json.Serialization;

namespace Serverless.Functions.Api.V2;

/// <summary>
/// The JSON of v2: snake case; members that a request does not have are refused, and numbers may stand in quotes, as in
/// Confluent's API.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    AllowDuplicateProperties = false,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    NumberHandling = JsonNumberHandling.AllowReadingFromString)]
[JsonSerializable(typeof(BrokerList))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(TopicDescription))]
[JsonSerializable(typeof(IReadOnlyList<PartitionDescription>))]
[JsonSerializable(typeof(PartitionEnds))]
[JsonSerializable(typeof(ProduceAnswer))]
[JsonSerializable(typeof(CreateInstanceRequest))]
[JsonSerializable(typeof(CreateInstanceAnswer))]
[JsonSerializable(typeof(SubscriptionRequest))]
[JsonSerializable(typeof(SubscriptionAnswer))]
[JsonSerializable(typeof(PartitionList))]
[JsonSerializable(typeof(PositionsRequest))]
[JsonSerializable(typeof(OffsetList))]
internal sealed partial class V2Json : JsonSerializerContext;
