using System.Text.Json.Serialization;

namespace Serverless.Functions.Api.Native.Fencing;

/// <summary>The bodies of requests that set fencing tokens; a member that is not known is refused.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    AllowDuplicateProperties = false,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(FencingTokenBody))]
internal sealed partial class FencingJson : JsonSerializerContext;

/// <summary>What a partition's fencing token shall be.</summary>
/// <param name="Token">The token; empty for none.</param>
internal sealed record FencingTokenBody(string? Token);
