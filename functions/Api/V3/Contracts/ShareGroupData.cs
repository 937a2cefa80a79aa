using System.Text.Json.Serialization;

namespace Serverless.Functions.Api.V3.Contracts;

/// <summary>A share group: the queues of one name, whatever their topics.</summary>
internal sealed record ShareGroupData(
    string Kind,
    Metadata Metadata,
    string ClusterId,
    string ShareGroupId,
    Link Coordinator,
    string State,
    int ConsumerCount,
    int PartitionCount,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    IReadOnlyList<ShareGroupPartitionData>? AssignedTopicPartitions,
    Link Consumers);

/// <summary>A partition that a share group consumes.</summary>
internal sealed record ShareGroupPartitionData(
    string Kind, Metadata Metadata, string TopicName, int PartitionId, Link Partition);

/// <summary>A receiver that holds records.</summary>
internal sealed record ShareGroupConsumerData(
    string Kind,
    Metadata Metadata,
    string ClusterId,
    string GroupId,
    string ConsumerId,
    string ClientId,
    Link Assignments);

/// <summary>A partition of which a receiver holds records.</summary>
internal sealed record ShareGroupAssignmentData(
    string Kind,
    Metadata Metadata,
    string ClusterId,
    string GroupId,
    string ConsumerId,
    string TopicName,
    int PartitionId,
    Link Partition);
