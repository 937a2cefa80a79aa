using Serverless.StorageEngine.Records;

namespace Serverless.StorageEngine.Retention.Compaction;

/// <summary>Maps the keys of a plan's dirty records, which it is shown in the order of the log. Not safe for concurrent
/// use.</summary>
internal sealed class RangeMapper
{
    private readonly CompactionPlan _plan;
    private readonly KeyMap _keys;
    private readonly long[] _losses;
    private readonly long[] _tombstones;
    private readonly long _dirtyOffset;
    private long? _fullAt;
    private int _place;

    /// <summary>Prepares a map of the size that the dirty records may need.</summary>
    /// <param name="plan">What is to be compacted.</param>
    /// <param name="bytesMax">The most bytes of the map.</param>
    /// <param name="memory">Where it gets them; the map before counts no more.</param>
    public RangeMapper(CompactionPlan plan, long bytesMax, KeyMapMemory memory)
    {
        _plan = plan;
        _dirtyOffset = plan.DirtyOffset;
        _keys = KeyMap.For(_dirtyOffset, plan.EndOffset - _dirtyOffset, bytesMax, memory);
        _losses = new long[plan.Segments.Length];
        _tombstones = new long[plan.Segments.Length];
        _place = plan.FirstDirty;
    }

    /// <summary>Whether there is room for more: when not, the range ends in front of the record that had none.</summary>
    public bool HasRoom => _fullAt is null;

    /// <summary>Takes note of the records of the next batch, if all of them can be read.</summary>
    public void Add(RecordBatch batch, BatchKeys reader)
    {
        if (batch.NextOffset <= _dirtyOffset || !HasRoom || !reader.TryRead(batch, out var records))
        {
            return;
        }

        foreach (var record in records)
        {
            Add(record.Offset, record.Key.GetValueOrDefault().Span, record.Key.HasValue, record.Value.HasValue);
        }
    }

    /// <summary>Takes note of the next record; what lies in front of the range does not count.</summary>
    /// <param name="offset">Its offset, behind that of the record before it.</param>
    /// <param name="key">Its key; empty when it has none.</param>
    /// <param name="hasKey">Whether it has a key.</param>
    /// <param name="hasValue">Whether it has a value; else it is a tombstone.</param>
    public void Add(long offset, ReadOnlySpan<byte> key, bool hasKey, bool hasValue)
    {
        if (offset < _dirtyOffset || !HasRoom)
        {
            return;
        }

        while (_plan.Segments[_place].NextOffset <= offset)
        {
            _place++;
        }

        if (!hasKey)
        {
            _losses[_place]++;
            return;
        }

        if (!_keys.TryPut(key, offset, out var outdated))
        {
            _fullAt = offset;
            return;
        }

        _tombstones[_place] += hasValue ? 0 : 1;
        if (outdated >= 0)
        {
            _losses[PlaceOf(outdated)]++;
        }
    }

    /// <summary>Ends the range.</summary>
    /// <param name="endOffset">The offset behind the last record that it was shown, unless there was no room for
    /// it.</param>
    public MappedRange Complete(long endOffset) => new(_keys, _fullAt ?? endOffset, [.. _losses], [.. _tombstones]);

    // The last segment that begins at or before the offset.
    private int PlaceOf(long offset)
    {
        var (low, high) = (_plan.FirstDirty, _plan.Segments.Length);
        while (high - low > 1)
        {
            var middle = (low + high) / 2;
            (low, high) = _plan.Segments[middle].BaseOffset <= offset ? (middle, high) : (low, middle);
        }

        return low;
    }
}
