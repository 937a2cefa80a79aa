using System.Text.Json;
using System.Text.Json.Serialization;

namespace Serverless.Functions.Api.V2;

internal sealed record BrokerList(IReadOnlyList<int> Brokers);

internal sealed record TopicDescription(
    string Name, IReadOnlyDictionary<string, string> Configs, IReadOnlyList<PartitionDescription> Partitions);

/// <summary>One partition; <c>leader</c> is the id of a broker.</summary>
internal sealed record PartitionDescription(int Partition, int Leader, IReadOnlyList<ReplicaDescription> Replicas);

internal sealed record ReplicaDescription(int Broker, bool Leader, bool InSync);

internal sealed record PartitionEnds(long BeginningOffset, long EndOffset);

/// <summary>The answer to a produce, in the order of the request's records.</summary>
internal sealed record ProduceAnswer(
    IReadOnlyList<RecordAnswer> Offsets, int? KeySchemaId = null, int? ValueSchemaId = null);

/// <summary>What became of one record: where it is, or why it is not known to be anywhere.</summary>
internal sealed record RecordAnswer(int? Partition, long? Offset, int? ErrorCode, string? Error);

/// <summary>
/// The request that creates a consumer instance. Names with dots are Kafka's settings; the rest are aliases.
/// </summary>
internal sealed record CreateInstanceRequest
{
    public string? Name { get; init; }

    public string? Id { get; init; }

    public string? Format { get; init; }

    [JsonPropertyName("auto.offset.reset")]
    public string? AutoOffsetReset { get; init; }

    [JsonPropertyName("auto.commit.enable")]
    public JsonElement? AutoCommitEnable { get; init; }

    [JsonPropertyName("fetch.min.bytes")]
    public long? FetchMinBytes { get; init; }

    [JsonPropertyName("responseMinBytes")]
    public long? ResponseMinBytes { get; init; }

    [JsonPropertyName("consumer.request.timeout.ms")]
    public long? ConsumerRequestTimeoutMs { get; init; }

    [JsonPropertyName("requestWaitMs")]
    public long? RequestWaitMs { get; init; }

    /// <summary>Confluent's API has no such member: it makes the consumer a static member of its group.</summary>
    [JsonPropertyName("group.instance.id")]
    public string? GroupInstanceId { get; init; }

    /// <summary>Confluent's API has no such member: the assignor that the consumer prefers.</summary>
    [JsonPropertyName("partition.assignment.strategy")]
    public string? PartitionAssignmentStrategy { get; init; }
}

internal sealed record CreateInstanceAnswer(string InstanceId, string BaseUri);

internal sealed record SubscriptionRequest(IReadOnlyList<string?>? Topics, string? TopicPattern);

internal sealed record SubscriptionAnswer(IReadOnlyList<string> Topics);

internal sealed record PartitionRef
{
    public required string Topic { get; init; }

    public required int Partition { get; init; }
}

/// <summary>Partitions: a request and an answer.</summary>
internal sealed record PartitionList
{
    public IReadOnlyList<PartitionRef>? Partitions { get; init; }
}

/// <summary>An offset: of a position, of a commit, or committed.</summary>
internal sealed record OffsetRef
{
    public required string Topic { get; init; }

    public required int Partition { get; init; }

    public required long Offset { get; init; }

    public string? Metadata { get; init; }
}

internal sealed record TimestampRef
{
    public required string Topic { get; init; }

    public required int Partition { get; init; }

    public required string Timestamp { get; init; }

    public string? Metadata { get; init; }
}

internal sealed record PositionsRequest(IReadOnlyList<OffsetRef>? Offsets, IReadOnlyList<TimestampRef>? Timestamps);

/// <summary>Offsets to commit, and committed offsets.</summary>
internal sealed record OffsetList
{
    public IReadOnlyList<OffsetRef>? Offsets { get; init; }
}
