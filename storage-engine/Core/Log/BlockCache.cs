using System.Collections.Immutable;
using Serverless.StorageEngine.Log.Blocks;

namespace Serverless.StorageEngine.Log;

/// <summary>
/// The blocks with records that a node keeps in memory for its readers, least recently used out first. One for all
/// logs, so that one bound holds for the process.
/// </summary>
internal sealed class BlockCache(long bytesMax)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<CachedPage> _byUse = [];
    private readonly Dictionary<LogId, CachedBlocks> _logs = [];
    private long _bytes;

    // How many have pages here.
    private int _readers;

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

    /// <summary>Bytes that may be read ahead for one reader: what is read for one must not push out what was read for
    /// another before that one came to it. A third of an equal part: another is what he takes from now, and the last what
    /// he took, which goes later than what he has not seen.</summary>
    public long AheadBytesMax
    {
        get
        {
            lock (_lock)
            {
                return bytesMax / Math.Max(1, _readers) / 3;
            }
        }
    }

    /// <summary>The largest read whose blocks may share its memory: a quarter, so that the oldest goes in steps that
    /// are small beside the whole.</summary>
    public long PageBytesMax => bytesMax / 4;

    /// <summary>Keeps a block that is stored and has memory of its own; one without records is of no use and is not
    /// kept.</summary>
    public void Add(LogId log, LogBlock block) => Add(log, reader: null, [block], block.MemoryBytes);

    /// <summary>Keeps blocks that share memory, but for those without records.</summary>
    /// <param name="log">The log that they belong to.</param>
    /// <param name="reader">For whom they were read; null for those that came by themselves.</param>
    /// <param name="blocks">In the order of the log; all of them go when the memory goes.</param>
    /// <param name="bytes">The memory that they take together, their objects included.</param>
    public void Add(LogId log, ReadCursor? reader, ImmutableArray<LogBlock> blocks, long bytes)
    {
        if (bytes > bytesMax)
        {
            return;
        }

        lock (_lock)
        {
            var page = new LinkedListNode<CachedPage>(new CachedPage(log, reader, bytes, blocks));
            foreach (var block in blocks)
            {
                if (!block.Entries.IsEmpty)
                {
                    Add(page, block);
                }
            }

            if (page.Value.Count > 0)
            {
                Count(page);
            }
        }
    }

    /// <summary>Keeps a read that nobody has asked for yet, as long as there is room for it.</summary>
    /// <param name="log">The log that it reads.</param>
    /// <param name="reader">Who will ask for it.</param>
    /// <param name="read">Gives memory of <paramref name="bytes"/> bytes, or null when the read came to nothing.</param>
    /// <param name="bytes">At most <see cref="AheadBytesMax"/>.</param>
    /// <returns>For <see cref="Take"/>.</returns>
    public LinkedListNode<CachedPage> Keep(
        LogId log, ReadCursor? reader, Task<byte[]?> read, int bytes)
    {
        lock (_lock)
        {
            var page = new LinkedListNode<CachedPage>(new CachedPage(log, reader, bytes, []) { Read = read });
            Count(page);
            return page;
        }
    }

    /// <summary>Takes a read out, be it for its blocks or since nobody will ask for them.</summary>
    /// <returns>Null when it was forgotten to make room.</returns>
    public Task<byte[]?>? Take(LinkedListNode<CachedPage> page)
    {
        lock (_lock)
        {
            var read = page.Value.Read;
            if (read is not null)
            {
                Forget(page);
            }

            return read;
        }
    }

    /// <summary>The block that holds an offset, if it is here.</summary>
    public LogBlock? Find(LogId log, long offset)
    {
        lock (_lock)
        {
            if (!_logs.TryGetValue(log, out var blocks) || blocks.AtOrBefore(offset) is not var (page, block)
                || block.NextOffset <= offset)
            {
                return null;
            }

            if (!ReferenceEquals(_byUse.First, page))
            {
                _byUse.Remove(page);
                _byUse.AddFirst(page);
            }

            return block;
        }
    }

    /// <summary>Forgets what lies before an offset of a log.</summary>
    public void ForgetBefore(LogId log, long offset)
    {
        lock (_lock)
        {
            while (_logs.TryGetValue(log, out var blocks) && blocks.First.Block.BaseOffset < offset)
            {
                Remove(blocks, blocks.First);
            }
        }
    }

    private void Add(LinkedListNode<CachedPage> page, LogBlock block)
    {
        // Blocks of a copy overlap with those that it was copied from; one of both is enough.
        while (_logs.TryGetValue(page.Value.Log, out var others)
            && others.AtOrBefore(block.NextOffset - 1) is { Block: var other } overlapping
            && other.NextOffset > block.BaseOffset)
        {
            if (other.BaseOffset == block.BaseOffset && other.NextOffset == block.NextOffset)
            {
                return;
            }

            Remove(others, overlapping);
        }

        if (!_logs.TryGetValue(page.Value.Log, out var blocks))
        {
            _logs.Add(page.Value.Log, blocks = new CachedBlocks());
        }

        blocks.Add(new CachedBlock(page, block));
        page.Value.Count++;
    }

    private void Count(LinkedListNode<CachedPage> page)
    {
        _byUse.AddFirst(page);
        _bytes += page.Value.Bytes;
        if (page.Value.Reader is { } reader && reader.Pages++ == 0)
        {
            _readers++;
        }

        while (_bytes > bytesMax)
        {
            Remove(_byUse.Last!);
        }
    }

    private void Remove(LinkedListNode<CachedPage> page)
    {
        if (page.Value.Read is not null)
        {
            Forget(page);
            return;
        }

        foreach (var block in page.Value.Blocks)
        {
            if (!block.Entries.IsEmpty && _logs.TryGetValue(page.Value.Log, out var blocks)
                && blocks.AtOrBefore(block.BaseOffset) is { } cached && ReferenceEquals(cached.Block, block))
            {
                Remove(blocks, cached);
            }
        }
    }

    // A page goes with its last block.
    private void Remove(CachedBlocks blocks, CachedBlock cached)
    {
        blocks.Remove(cached);
        if (blocks.Count == 0)
        {
            _logs.Remove(cached.Page.Value.Log);
        }

        if (--cached.Page.Value.Count == 0)
        {
            Forget(cached.Page);
        }
    }

    private void Forget(LinkedListNode<CachedPage> page)
    {
        // A page whose blocks are being added may lose the first to the second: it is not in the order yet.
        if (page.List is not null)
        {
            _byUse.Remove(page);
            _bytes -= page.Value.Bytes;
            if (page.Value.Reader is { } reader && --reader.Pages == 0)
            {
                _readers--;
            }
        }

        page.Value.Read = null;
    }
}
