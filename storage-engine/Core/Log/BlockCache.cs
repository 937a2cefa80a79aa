using Serverless.StorageEngine.Log.Blocks;

namespace Serverless.StorageEngine.Log;

/// <summary>
/// The blocks with records that a node keeps in memory for its readers, least recently used out first. One for all
/// logs, so that one bound holds for the process.
/// </summary>
internal sealed class BlockCache(long bytesMax)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<CachedBlock> _byUse = [];
    private readonly Dictionary<LogId, CachedBlocks> _logs = [];
    private long _bytes;

    /// <summary>Bytes of memory that the blocks take now, their objects included.</summary>
    public long Bytes
    {
        get
        {
            lock (_lock)
            {
                return _bytes;
            }
        }
    }

    /// <summary>Bytes that one log may read ahead: what is read for one reader must not push out what was read for
    /// another before that one came to it. Half of an equal part, since blocks take more memory than bytes.</summary>
    public long AheadBytesMax
    {
        get
        {
            lock (_lock)
            {
                return bytesMax / Math.Max(1, _logs.Count) / 2;
            }
        }
    }

    /// <summary>Keeps a block that is stored; a block without records is of no use and is not kept.</summary>
    public void Add(LogId log, LogBlock block)
    {
        if (block.Entries.IsEmpty || block.MemoryBytes > bytesMax)
        {
            return;
        }

        lock (_lock)
        {
            if (!_logs.TryGetValue(log, out var blocks))
            {
                _logs.Add(log, blocks = new CachedBlocks());
            }

            // Blocks of a copy overlap with those that it was copied from; one of both is enough.
            while (blocks.AtOrBefore(block.NextOffset - 1) is { ValueRef.Block: var other } overlapping
                && other.NextOffset > block.BaseOffset)
            {
                if (other.BaseOffset == block.BaseOffset && other.NextOffset == block.NextOffset)
                {
                    return;
                }

                blocks.Remove(overlapping);
                Forget(overlapping);
            }

            blocks.Add(_byUse.AddFirst(new CachedBlock(log, block)));
            _bytes += block.MemoryBytes;
            while (_bytes > bytesMax)
            {
                Remove(_byUse.Last!);
            }
        }
    }

    /// <summary>The block that holds an offset, if it is here.</summary>
    public LogBlock? Find(LogId log, long offset)
    {
        lock (_lock)
        {
            if (!_logs.TryGetValue(log, out var blocks) || blocks.AtOrBefore(offset) is not { } cached
                || cached.ValueRef.Block.NextOffset <= offset)
            {
                return null;
            }

            if (!ReferenceEquals(_byUse.First, cached))
            {
                _byUse.Remove(cached);
                _byUse.AddFirst(cached);
            }

            return cached.ValueRef.Block;
        }
    }

    /// <summary>Forgets what lies before an offset of a log.</summary>
    public void ForgetBefore(LogId log, long offset)
    {
        lock (_lock)
        {
            while (_logs.TryGetValue(log, out var blocks) && blocks.First.ValueRef.Block.BaseOffset < offset)
            {
                Remove(blocks.First);
            }
        }
    }

    private void Remove(LinkedListNode<CachedBlock> cached)
    {
        var blocks = _logs[cached.ValueRef.Log];
        blocks.Remove(cached);
        Forget(cached);
        if (blocks.Count == 0)
        {
            _logs.Remove(cached.ValueRef.Log);
        }
    }

    private void Forget(LinkedListNode<CachedBlock> cached)
    {
        _byUse.Remove(cached);
        _bytes -= cached.ValueRef.Block.MemoryBytes;
    }
}
