using Serverless.StorageEngine.Log.Blocks;

namespace Serverless.StorageEngine.Log;

/// <summary>A block in the cache.</summary>
/// <param name="Log">The log that it belongs to.</param>
/// <param name="Block">The block; it has records.</param>
internal readonly record struct CachedBlock(LogId Log, LogBlock Block);
