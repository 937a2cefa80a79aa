namespace Serverless.StorageEngine.Simulation.Checking.Stored;

/// <summary>One entry of a sparse index.</summary>
/// <param name="Position">Where a block with records begins.</param>
/// <param name="BaseOffset">Its first offset.</param>
/// <param name="MaxTimestampBefore">The largest timestamp of the log in front of it, or -1.</param>
public readonly record struct StoredIndexEntry(long Position, long BaseOffset, long MaxTimestampBefore);
