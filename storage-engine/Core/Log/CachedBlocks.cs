namespace Serverless.StorageEngine.Log;

/// <summary>The cached blocks of one log, by their base offset; none overlaps another.</summary>
/// <remarks>
/// A sorted array in a ring's manner: blocks come at the end and mostly go at the begin, both in constant time. One in
/// between moves the shorter side.
/// </remarks>
internal sealed class CachedBlocks
{
    private const int CapacityMin = 4;

    private CachedBlock[] _blocks = new CachedBlock[CapacityMin];
    private int _begin;
    private int _count;

    /// <summary>How many there are.</summary>
    public int Count => _count;

    /// <summary>The one with the lowest base offset; only when there are any.</summary>
    public CachedBlock First => _blocks[_begin];

    /// <summary>The last one that begins at or before an offset.</summary>
    public CachedBlock? AtOrBefore(long offset)
    {
        var place = Behind(offset);
        return place == 0 ? null : At(place - 1);
    }

    /// <summary>Adds a block that overlaps with none.</summary>
    public void Add(CachedBlock block)
    {
        if (_begin + _count == _blocks.Length)
        {
            MakeRoom();
        }

        var place = Behind(BaseOffset(block));
        Array.Copy(_blocks, _begin + place, _blocks, _begin + place + 1, _count - place);
        _blocks[_begin + place] = block;
        _count++;
    }

    /// <summary>Removes one that is here.</summary>
    public void Remove(CachedBlock block)
    {
        var place = Behind(BaseOffset(block)) - 1;
        if (place < _count / 2)
        {
            Array.Copy(_blocks, _begin, _blocks, _begin + 1, place);
            _blocks[_begin++] = default;
        }
        else
        {
            Array.Copy(_blocks, _begin + place + 1, _blocks, _begin + place, _count - place - 1);
            _blocks[_begin + _count - 1] = default;
        }

        _count--;
    }

    // How many begin at or before an offset.
    private int Behind(long offset)
    {
        var (low, high) = (0, _count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = BaseOffset(At(middle)) <= offset ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    // Moved to the front of the same array when half of it is free, so that a log that goes on and on moves each block
    // once or twice and holds no room for those that are gone.
    private void MakeRoom()
    {
        var target = _count <= _blocks.Length / 2 ? _blocks : new CachedBlock[_blocks.Length * 2];
        Array.Copy(_blocks, _begin, target, 0, _count);
        if (ReferenceEquals(target, _blocks))
        {
            Array.Clear(_blocks, _count, _blocks.Length - _count);
        }

        (_blocks, _begin) = (target, 0);
    }

    private CachedBlock At(int place) => _blocks[_begin + place];

    private static long BaseOffset(CachedBlock block) => block.Block.BaseOffset;
}
