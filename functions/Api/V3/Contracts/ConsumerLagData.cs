namespace Serverless.Functions.Api.V3.Contracts;

/// <summary>How much a group has left to read in a partition.</summary>
internal sealed record ConsumerLagData(
    string Kind,
    Metadata Metadata,
    string ClusterId,
    string ConsumerGroupId,
    string TopicName,
    int PartitionId,
    string ConsumerId,
    string? InstanceId,
    string ClientId,
    long CurrentOffset,
    long LogEndOffset,
    long Lag);

/// <summary>How much a group has left to read; without a committed offset there is no partition to name.</summary>
internal sealed record LagSummaryData(
    string Kind,
    Metadata Metadata,
    string ClusterId,
    string ConsumerGroupId,
    string MaxLagConsumerId,
    string? MaxLagInstanceId,
    string MaxLagClientId,
    string? MaxLagTopicName,
    int? MaxLagPartitionId,
    long MaxLag,
    long TotalLag,
    Link? MaxLagConsumer,
    Link? MaxLagPartition);

/// <summary>Where a group goes on in a partition after a reset.</summary>
internal sealed record OffsetResetData(
    string Kind,
    Metadata Metadata,
    string ClusterId,
    string ConsumerGroupId,
    string TopicName,
    int PartitionId,
    long? PreviousOffset,
    long CurrentOffset,
    long LogStartOffset,
    long LogEndOffset,
    bool IsClamped);
