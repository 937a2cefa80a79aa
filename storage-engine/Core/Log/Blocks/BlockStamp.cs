namespace Serverless.StorageEngine.Log.Blocks;

/// <summary>What a writer decides about a block; everything else follows from the log's state.</summary>
/// <param name="Kind">What the block is for.</param>
/// <param name="Epoch">The log's epoch, or one more for a barrier.</param>
/// <param name="WriterId">The node that writes.</param>
/// <param name="Nonce">Fresh random bits for every block; the same bits only when the very same bytes are sent
/// again.</param>
/// <param name="WrittenAt">The writer's clock, in milliseconds since 1970.</param>
internal readonly record struct BlockStamp(BlockKind Kind, int Epoch, Bits128 WriterId, Bits128 Nonce, long WrittenAt);
