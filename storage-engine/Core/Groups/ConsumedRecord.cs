using Serverless.StorageEngine.Offsets;
using Serverless.StorageEngine.Records;

namespace Serverless.StorageEngine.Groups;

/// <summary>A record with the place it was read from.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Record">The record, as slices of the batch's bytes.</param>
public readonly record struct ConsumedRecord(TopicPartition Partition, Record Record);
