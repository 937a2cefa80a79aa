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
    private readonly Dictionary<LogId, BlocksByOffset> _logs = [];
    private long _bytes;

    /// <summary>Bytes of blocks held now.</summary>
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

    /// <summary>Keeps a block that is stored; a block without records is of no use and is not kept.</summary>
    public void Add(LogId log, LogBlock block)
    {
        if (block.Entries.Count == 0 || block.Header.Length > bytesMax)
        {
            return;
        }

        lock (_lock)
        {
            if (!_logs.TryGetValue(log, out var blocks))
            {
                _logs.Add(log, blocks = new BlocksByOffset());
            }

            if (blocks.Holds(block))
            {
                return;
            }

            // Blocks of a copy overlap with those that it was copied from; one of both is enough.
            while (blocks.Overlapping(block) is { } other)
            {
                _byUse.Remove(other.Place!);
                blocks.Remove(other);
                _bytes -= other.Block.Header.Length;
            }

            var cached = new CachedBlock(log, block);
            blocks.Add(cached);
            cached.Place = _byUse.AddFirst(cached);
            _bytes += block.Header.Length;
            Evict();
        }
    }

    /// <summary>The block that holds an offset, if it is here.</summary>
    public LogBlock? Find(LogId log, long offset)
    {
        lock (_lock)
        {
            if (!_logs.TryGetValue(log, out var blocks) || blocks.AtOrBefore(offset) is not { } cached
                || cached.Block.NextOffset <= offset)
            {
                return null;
            }

            _byUse.Remove(cached.Place!);
            _byUse.AddFirst(cached.Place!);
            return cached.Block;
        }
    }

    /// <summary>Forgets what lies before an offset of a log.</summary>
    public void ForgetBefore(LogId log, long offset)
    {
        lock (_lock)
        {
            while (_logs.TryGetValue(log, out var blocks) && blocks.First.Block.BaseOffset < offset)
            {
                Remove(blocks.First);
            }
        }
    }

    private void Evict()
    {
        while (_bytes > bytesMax && _byUse.Last is { } last)
        {
            Remove(last.Value);
        }
    }

    private void Remove(CachedBlock cached)
    {
        _byUse.Remove(cached.Place!);
        _bytes -= cached.Block.Header.Length;
        var blocks = _logs[cached.Log];
        blocks.Remove(cached);
        if (blocks.Count == 0)
        {
            _logs.Remove(cached.Log);
        }
    }

    private sealed class CachedBlock(LogId log, LogBlock block)
    {
        public LogId Log { get; } = log;

        public LogBlock Block { get; } = block;

        public LinkedListNode<CachedBlock>? Place { get; set; }
    }

    // The blocks of one log by their base offset. A new block nearly always comes last, so a sorted list appends in
    // constant time and finds by halving.
    private sealed class BlocksByOffset
    {
        private readonly SortedList<long, CachedBlock> _blocks = [];

        public int Count => _blocks.Count;

        // A log without blocks is not here at all.
        public CachedBlock First => _blocks.GetValueAtIndex(0);

        public bool Holds(LogBlock block) =>
            _blocks.TryGetValue(block.BaseOffset, out var cached) && cached.Block.NextOffset == block.NextOffset;

        public CachedBlock? Overlapping(LogBlock block) =>
            AtOrBefore(block.NextOffset - 1) is { } last && last.Block.NextOffset > block.BaseOffset ? last : null;

        public void Add(CachedBlock cached) => _blocks.Add(cached.Block.BaseOffset, cached);

        public void Remove(CachedBlock cached) => _blocks.Remove(cached.Block.BaseOffset);

        public CachedBlock? AtOrBefore(long offset)
        {
            var (low, high) = (0, _blocks.Count);
            while (low < high)
            {
                var middle = (low + high) / 2;
                (low, high) = _blocks.GetKeyAtIndex(middle) <= offset ? (middle + 1, high) : (low, middle);
            }

            return low == 0 ? null : _blocks.GetValueAtIndex(low - 1);
        }
    }
}
