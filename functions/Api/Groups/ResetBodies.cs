using System.Text.Json.Serialization;

namespace Serverless.Functions.Api.Groups;

/// <summary>The body of a reset of offsets; a member that is not known is refused.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    AllowDuplicateProperties = false,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(ResetOffsetsBody))]
internal sealed partial class ResetBodies : JsonSerializerContext;

/// <summary>Where a group shall go on; exactly one of the first five.</summary>
/// <param name="To"><c>earliest</c> or <c>latest</c>.</param>
/// <param name="ToOffset">The next offset to read.</param>
/// <param name="ToTime">Milliseconds since 1970, or ISO 8601.</param>
/// <param name="ShiftBy">How many offsets forward, or back when negative.</param>
/// <param name="ByDuration">How long ago, as an ISO 8601 duration.</param>
/// <param name="Topics">Where; null for all that the group has committed offsets of.</param>
/// <param name="DryRun">Whether to say only what would happen.</param>
internal sealed record ResetOffsetsBody(
    string? To = null,
    long? ToOffset = null,
    string? ToTime = null,
    long? ShiftBy = null,
    string? ByDuration = null,
    IReadOnlyList<TopicPartitionsBody>? Topics = null,
    bool? DryRun = null);

/// <summary>Partitions of a topic.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Partitions">Their numbers.</param>
internal sealed record TopicPartitionsBody(string? Topic = null, IReadOnlyList<int>? Partitions = null);
