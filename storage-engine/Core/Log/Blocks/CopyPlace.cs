namespace Serverless.StorageEngine.Log.Blocks;

/// <summary>Where a block stands in a copy, which is a chain of its own.</summary>
/// <param name="Log">The log whose records it holds.</param>
/// <param name="Number">Counts the blocks of the copy from 0.</param>
/// <param name="PreviousPosition">Where the block before it begins; -1 for the first one.</param>
/// <param name="ChainHash">Covers all blocks before it.</param>
internal readonly record struct CopyPlace(LogId Log, int Number, long PreviousPosition, Bits128 ChainHash);
