using Serverless.StorageEngine.Log.Blocks;

namespace Serverless.StorageEngine.Log;

/// <summary>What a search for a block in one segment gave.</summary>
/// <param name="Block">The block; null when the segment holds no such block from the offset on.</param>
/// <param name="NextOffset">Where to search on: behind the block, or behind the segment.</param>
internal readonly record struct BlockSearch(LogBlock? Block, long NextOffset);
