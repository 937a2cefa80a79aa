using Serverless.StorageEngine.Log.Rows;

namespace Serverless.StorageEngine.Log;

/// <summary>Sealed segments of one log that may have no row yet, oldest first. Safe for concurrent use.</summary>
internal sealed class UnregisteredSegments
{
    private readonly Lock _lock = new();
    private readonly Queue<SegmentRow> _rows = [];

    /// <summary>How many there are.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _rows.Count;
            }
        }
    }

    /// <summary>The oldest one, or null.</summary>
    public SegmentRow? First
    {
        get
        {
            lock (_lock)
            {
                return _rows.TryPeek(out var row) ? row : null;
            }
        }
    }

    /// <summary>Adds the newest one.</summary>
    public void Add(SegmentRow row)
    {
        lock (_lock)
        {
            _rows.Enqueue(row);
        }
    }

    /// <summary>The row of the segment that holds an offset, or null.</summary>
    public SegmentRow? Find(long offset)
    {
        lock (_lock)
        {
            return _rows.FirstOrDefault(row => row.Holds(offset));
        }
    }

    /// <summary>Takes the oldest one away, whose row is written.</summary>
    /// <param name="row">What was the oldest. It may have left meanwhile, when a reader found it replaced: then what comes
    /// first is another one, whose row is still to be written.</param>
    public void Remove(SegmentRow row)
    {
        lock (_lock)
        {
            if (_rows.TryPeek(out var first) && ReferenceEquals(first, row))
            {
                _rows.Dequeue();
            }
        }
    }

    /// <summary>Takes a segment away, wherever it stands, that another one has replaced.</summary>
    public void RemoveReplaced(SegmentRow gone)
    {
        lock (_lock)
        {
            var others = _rows.Where(other => other.Segment != gone.Segment).ToArray();
            _rows.Clear();
            foreach (var other in others)
            {
                _rows.Enqueue(other);
            }
        }
    }
}
