using Serverless.StorageEngine.Records;

namespace Serverless.StorageEngine.Retention.Compaction;

/// <summary>Which records of one group stay. They are asked about in the order of the log; not safe for concurrent
/// use.</summary>
/// <param name="keys">The last offset of each key in the mapped range.</param>
/// <param name="group">The segments that are rewritten.</param>
internal sealed class CompactionFilter(KeyMap keys, CompactionGroup group)
{
    private int _place;

    /// <summary>How many records went.</summary>
    public long Removed { get; private set; }

    /// <summary>Whether a record stays.</summary>
    public bool Keeps(in RecordView record)
    {
        var stays = Stays(record);
        Removed += stays ? 0 : 1;
        return stays;
    }

    // The order of the questions does not matter; a tombstone's answer costs no hash.
    private bool Stays(in RecordView record)
    {
        if (record.Key is not { } key || (record.Value is null && SourceOf(record.Offset).TombstonesGo))
        {
            return false;
        }

        return keys.Count == 0 || keys.LastOffsetOf(key.Span) <= record.Offset;
    }

    private CompactionSource SourceOf(long offset)
    {
        while (group.Sources[_place].Row.NextOffset <= offset)
        {
            _place++;
        }

        return group.Sources[_place];
    }
}
