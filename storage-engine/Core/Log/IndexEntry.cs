namespace Serverless.StorageEngine.Log;

/// <summary>A place in a segment from which a reader may start.</summary>
/// <param name="Position">Where a block with records begins, in bytes.</param>
/// <param name="BaseOffset">The offset of its first record.</param>
/// <param name="MaxTimestampBefore">The largest timestamp of the log before this block, or -1.</param>
internal readonly record struct IndexEntry(long Position, long BaseOffset, long MaxTimestampBefore);
