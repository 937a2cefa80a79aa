namespace Serverless.StorageEngine.Diagnostics;

/// <summary>How many paid calls of the storage service a node made for one topic, by what they are charged as.</summary>
/// <param name="Appends">Appends to segments.</param>
/// <param name="OtherWrites">Other writes of blobs: creations, parts of copies and their ends, listings.</param>
/// <param name="Reads">Reads of blobs.</param>
/// <param name="TableOperations">Reads, queries and transactions of the rows of its logs.</param>
public readonly record struct TopicOperationCounts(long Appends, long OtherWrites, long Reads, long TableOperations);
