using Serverless.StorageEngine.Log.Blocks;

namespace Serverless.StorageEngine.Log;

/// <summary>A block in the cache.</summary>
/// <param name="Page">What it came with, in the order of use.</param>
/// <param name="Block">The block; it has records.</param>
internal readonly record struct CachedBlock(LinkedListNode<CachedPage> Page, LogBlock Block);
