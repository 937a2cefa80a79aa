using System.Collections.Immutable;
using Serverless.StorageEngine.Log.Blocks;

namespace Serverless.StorageEngine.Log;

/// <summary>
/// What the cache keeps and forgets as a whole: blocks that share the memory of the read that brought them, or a read
/// that was begun before anyone asked for it. The cache changes it, under its lock.
/// </summary>
/// <param name="log">The log that it belongs to.</param>
/// <param name="reader">For whom it was read; null for what came by itself.</param>
/// <param name="bytes">The memory that it takes, in bytes, its objects included.</param>
/// <param name="blocks">The blocks that it brought; empty for a read.</param>
internal sealed class CachedPage(LogId log, ReadCursor? reader, long bytes, ImmutableArray<LogBlock> blocks)
{
    /// <summary>The log that it belongs to.</summary>
    public LogId Log => log;

    /// <summary>For whom it was read; null for what came by itself.</summary>
    public ReadCursor? Reader => reader;

    /// <summary>The memory that it takes, in bytes.</summary>
    public long Bytes => bytes;

    /// <summary>The blocks that it brought; some may not be in the cache any more.</summary>
    public ImmutableArray<LogBlock> Blocks => blocks;

    /// <summary>How many of its blocks are in the cache.</summary>
    public int Count { get; set; }

    /// <summary>The read, until it is taken or forgotten; null for blocks.</summary>
    public Task<byte[]?>? Read { get; set; }
}
