using System.Text.Json.Serialization;

namespace Serverless.Functions.Api.Native.Maintenance;

/// <summary>The bodies of maintenance requests; a member that is not known is refused.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    AllowDuplicateProperties = false,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(RunBody))]
internal sealed partial class MaintenanceBodies : JsonSerializerContext;

/// <summary>What shall be maintained.</summary>
/// <param name="Topic">One topic; null for all.</param>
internal sealed record RunBody(string? Topic = null);
