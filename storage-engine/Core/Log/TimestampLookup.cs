namespace Serverless.StorageEngine.Log;

/// <summary>What a search by time found in a partition that exists.</summary>
/// <param name="Record">The first record at or after the instant; null when there is none yet.</param>
/// <param name="Ends">The partition's ends, no older than the search.</param>
public readonly record struct TimestampLookup(OffsetAndTimestamp? Record, PartitionOffsets Ends);
