namespace Serverless.StorageEngine.Diagnostics;

/// <summary>What a node holds at one moment.</summary>
/// <param name="OpenLogs">Partitions whose log it has open.</param>
/// <param name="PendingBytes">Bytes of batches that wait for their append.</param>
/// <param name="CacheBytes">Bytes of blocks in memory for readers.</param>
public readonly record struct NodeGauges(int OpenLogs, long PendingBytes, long CacheBytes);
