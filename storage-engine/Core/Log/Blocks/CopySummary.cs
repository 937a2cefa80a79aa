namespace Serverless.StorageEngine.Log.Blocks;

/// <summary>What a copy holds, in its last block: enough to write its row anew, and to find records in it without
/// one.</summary>
/// <param name="BaseOffset">The first offset of the segments that it was written from.</param>
/// <param name="NextOffset">The offset behind their last record.</param>
/// <param name="Records">The number of its records.</param>
/// <param name="MinTimestamp">The smallest of its batches' largest timestamps, in milliseconds since 1970;
/// <see cref="long.MaxValue"/> without records.</param>
/// <param name="LargestTimestamp">The largest of them; -1 without records.</param>
/// <param name="Index">Its sparse index.</param>
internal sealed record CopySummary(
    long BaseOffset, long NextOffset, long Records, long MinTimestamp, long LargestTimestamp, SparseIndex Index);
