using System.Text.Json.Serialization;

namespace Serverless.Functions.Api.V3.Contracts;

/// <summary>A partition.</summary>
internal sealed record PartitionData(
    string Kind,
    Metadata Metadata,
    string ClusterId,
    string TopicName,
    int PartitionId,
    Link Leader,
    Link Replicas,
    Link Reassignment)
{
    /// <summary>The first offset that can be read, where it was asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? EarliestOffset { get; init; }

    /// <summary>The offset behind the last record, where it was asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? LatestOffset { get; init; }
}

/// <summary>The one replica of a partition that clients see.</summary>
internal sealed record ReplicaData(
    string Kind,
    Metadata Metadata,
    string ClusterId,
    string TopicName,
    int PartitionId,
    int BrokerId,
    bool IsLeader,
    bool IsInSync,
    Link Broker);

/// <summary>A move of a partition between brokers: there is one broker, so there never is one.</summary>
internal sealed record ReassignmentData(
    string Kind,
    Metadata Metadata,
    string ClusterId,
    string TopicName,
    int PartitionId,
    IReadOnlyList<int> AddingReplicas,
    IReadOnlyList<int> RemovingReplicas,
    Link Replicas);
