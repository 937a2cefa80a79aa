using System.Text.Json.Serialization;

namespace Serverless.Functions.Api.Native.Producers;

/// <summary>The bodies of requests for producers; a member that is not known is refused.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    AllowDuplicateProperties = false,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(ProducerBody))]
internal sealed partial class ProducerJson : JsonSerializerContext;

/// <summary>Which producer is asked for.</summary>
/// <param name="Name">Under which it comes back; null for one that does not.</param>
internal sealed record ProducerBody(string? Name = null);
