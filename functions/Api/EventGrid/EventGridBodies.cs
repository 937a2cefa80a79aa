using System.Text.Json.Serialization;

namespace Serverless.Functions.Api.EventGrid;

/// <summary>The bodies of Event Grid's requests that hold no events; a member that is not known is refused.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    AllowDuplicateProperties = false,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(SettleBody))]
internal sealed partial class EventGridBodies : JsonSerializerContext;

/// <summary>Events that a receiver holds.</summary>
/// <param name="LockTokens">What it holds them by.</param>
internal sealed record SettleBody(IReadOnlyList<string>? LockTokens);
