namespace Serverless.Functions.Api.V3.Contracts;

/// <summary>A consumer group.</summary>
internal sealed record ConsumerGroupData(
    string Kind,
    Metadata Metadata,
    string ClusterId,
    string ConsumerGroupId,
    bool IsSimple,
    string PartitionAssignor,
    string State,
    string Type,
    bool IsMixedConsumerGroup,
    Link Coordinator,
    Link Consumers,
    Link LagSummary);

/// <summary>A member of a group.</summary>
internal sealed record ConsumerData(
    string Kind,
    Metadata Metadata,
    string ClusterId,
    string ConsumerGroupId,
    string ConsumerId,
    string? InstanceId,
    string ClientId,
    Link Assignments);

/// <summary>A partition that a member has.</summary>
internal sealed record ConsumerAssignmentData(
    string Kind,
    Metadata Metadata,
    string ClusterId,
    string ConsumerGroupId,
    string ConsumerId,
    string TopicName,
    int PartitionId,
    Link Partition,
    Link Lag);
