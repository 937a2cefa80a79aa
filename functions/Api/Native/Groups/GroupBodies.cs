using System.Text.Json.Serialization;
using Serverless.Functions.Api.Groups;

namespace Serverless.Functions.Api.Native.Groups;

/// <summary>The bodies of requests to groups; a member that is not known is refused.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    AllowDuplicateProperties = false,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(HeartbeatBody))]
[JsonSerializable(typeof(CommitOffsetsBody))]
internal sealed partial class GroupBodies : JsonSerializerContext;

/// <summary>KIP-848's heartbeat; a member that is missing or null means no change.</summary>
/// <param name="MemberId">Who asks; null lets the node choose a name for one that joins.</param>
/// <param name="MemberEpoch">What the last answer said; 0 joins, -1 leaves, -2 leaves for a while.</param>
/// <param name="InstanceId">Makes the member static; counts when it joins.</param>
/// <param name="SessionTimeoutMs">How long it may be silent; counts when it joins.</param>
/// <param name="SubscribedTopics">What it wants to read.</param>
/// <param name="SubscribedPattern">A regular expression for whole names of what it wants to read.</param>
/// <param name="Assignor">The assignor that it prefers; counts when it joins.</param>
/// <param name="Owned">What it has at this moment.</param>
internal sealed record HeartbeatBody(
    string? MemberId = null,
    int? MemberEpoch = null,
    string? InstanceId = null,
    int? SessionTimeoutMs = null,
    IReadOnlyList<string>? SubscribedTopics = null,
    string? SubscribedPattern = null,
    string? Assignor = null,
    IReadOnlyList<TopicPartitionsBody>? Owned = null);

/// <summary>Offsets to commit, for a member or for nobody in particular.</summary>
/// <param name="MemberId">Who commits.</param>
/// <param name="MemberEpoch">What its last heartbeat was answered.</param>
/// <param name="Offsets">What to commit.</param>
internal sealed record CommitOffsetsBody(
    string? MemberId = null, int? MemberEpoch = null, IReadOnlyList<OffsetBody>? Offsets = null);

/// <summary>An offset to commit.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Partition">The partition.</param>
/// <param name="NextOffset">The next offset to read.</param>
/// <param name="Metadata">The client's own text.</param>
/// <param name="LeaderEpoch">That of the last record read (KIP-320).</param>
internal sealed record OffsetBody(
    string? Topic = null,
    int? Partition = null,
    long? NextOffset = null,
    string? Metadata = null,
    int? LeaderEpoch = null);
