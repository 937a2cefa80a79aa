using Serverless.StorageEngine.Log.Rows;

namespace Serverless.StorageEngine.Log;

/// <summary>Some rows of sealed segments of one log, in memory: any of them can be read again. Safe for concurrent
/// use.</summary>
/// <param name="countMax">The most rows.</param>
internal sealed class KnownSegments(int countMax)
{
    private readonly Lock _lock = new();
    private readonly SortedList<long, SegmentRow> _rows = [];

    /// <summary>Keeps a row, in place of another one with its first offset.</summary>
    public void Keep(SegmentRow row)
    {
        lock (_lock)
        {
            _rows[row.BaseOffset] = row;
            if (_rows.Count > countMax)
            {
                // Any row but the one just read can be read again; the farthest from it is the least likely to be
                // needed.
                var farthest = row.BaseOffset - _rows.GetKeyAtIndex(0)
                    > _rows.GetKeyAtIndex(_rows.Count - 1) - row.BaseOffset;
                _rows.RemoveAt(farthest ? 0 : _rows.Count - 1);
            }
        }
    }

    /// <summary>The row of the segment that holds an offset, or null.</summary>
    public SegmentRow? Find(long offset)
    {
        lock (_lock)
        {
            foreach (var row in _rows.Values)
            {
                if (row.Holds(offset))
                {
                    return row;
                }
            }

            return null;
        }
    }

    /// <summary>Forgets the row of a segment that is gone.</summary>
    public void Forget(SegmentRow gone)
    {
        lock (_lock)
        {
            if (_rows.GetValueOrDefault(gone.BaseOffset)?.Segment == gone.Segment)
            {
                _rows.Remove(gone.BaseOffset);
            }
        }
    }

    /// <summary>Forgets all of them.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _rows.Clear();
        }
    }
}
