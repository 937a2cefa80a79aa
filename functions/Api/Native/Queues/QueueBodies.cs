using System.Text.Json.Serialization;

namespace Serverless.Functions.Api.Native.Queues;

/// <summary>The bodies of queue requests; a member that is not known is refused.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    AllowDuplicateProperties = false,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(PutQueueBody))]
[JsonSerializable(typeof(LockTokensBody))]
internal sealed partial class QueueBodies : JsonSerializerContext;

/// <summary>What a queue shall be; a member that is missing or null stands for its default.</summary>
/// <param name="AutoOffsetReset"><c>latest</c> or <c>earliest</c>: where a new queue begins.</param>
/// <param name="LockDurationMs">How long a receiver has a record for itself, in milliseconds.</param>
/// <param name="DeliveryLimit">How often a record is delivered at most.</param>
/// <param name="InFlightMax">How many records of a partition may be in flight.</param>
/// <param name="DeadLetterTopic">Where records go that nobody deals with.</param>
internal sealed record PutQueueBody(
    string? AutoOffsetReset = null,
    int? LockDurationMs = null,
    int? DeliveryLimit = null,
    int? InFlightMax = null,
    string? DeadLetterTopic = null);

/// <summary>Records that a receiver holds.</summary>
/// <param name="LockTokens">What it holds them by.</param>
internal sealed record LockTokensBody(IReadOnlyList<string>? LockTokens);
