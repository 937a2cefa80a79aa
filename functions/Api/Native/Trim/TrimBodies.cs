using System.Text.Json.Serialization;

namespace Serverless.Functions.Api.Native.Trim;

/// <summary>The bodies of trims; a member that is not known is refused.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    AllowDuplicateProperties = false,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(TrimPartitionBody))]
[JsonSerializable(typeof(TrimTopicBody))]
internal sealed partial class TrimBodies : JsonSerializerContext;

/// <summary>Where a partition shall begin.</summary>
/// <param name="BeforeOffset">The first offset that stays; -1 for the high watermark.</param>
internal sealed record TrimPartitionBody(long? BeforeOffset = null);

/// <summary>Where the partitions of a topic shall begin.</summary>
/// <param name="Partitions">Each partition at most once; the others stay as they are.</param>
internal sealed record TrimTopicBody(IReadOnlyList<TrimEntry?>? Partitions = null);

/// <summary>Where one partition of a topic shall begin.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="BeforeOffset">The first offset that stays; -1 for the high watermark.</param>
internal sealed record TrimEntry(int? Partition = null, long? BeforeOffset = null);
