namespace Serverless.StorageEngine.Records;

/// <summary>Goes through the records of one batch without allocating; for <c>foreach</c>.</summary>
/// <remarks>Their offsets increase; a compaction may have left gaps between them.</remarks>
public struct RecordEnumerator
{
    private readonly RecordBatch _batch;
    private readonly ReadOnlyMemory<byte> _records;
    private readonly int _count;
    private int _index = -1;
    private int _start;
    private RecordFrame _frame;

    internal RecordEnumerator(RecordBatch batch, ReadOnlyMemory<byte> records)
    {
        _batch = batch;
        _records = records;
        _count = batch.RecordCount;
        var countMax = records.Length / RecordFrame.BytesMin;
        if (_count < 1 || _count > countMax)
        {
            throw new InvalidDataException(
                $"The record count is {_count} where {records.Length} bytes of records hold 1 to {countMax}.");
        }

        if (batch.LastOffsetDelta < _count - 1)
        {
            throw new InvalidDataException(
                $"The last offset delta is {batch.LastOffsetDelta} where {_count} records need at least {_count - 1}.");
        }
    }

    /// <summary>The record that the last call of <see cref="MoveNext"/> has found.</summary>
    public readonly RecordView Current => new(_records, _frame, _batch.BaseOffset + _frame.OffsetDelta, Timestamp);

    /// <summary>The same record as it lies there, its length included.</summary>
    internal readonly ReadOnlySpan<byte> CurrentBytes => _records.Span[_start.._frame.End];

    /// <summary>What its producer gave it for a timestamp, whatever the topic has chosen.</summary>
    /// <remarks>
    /// A compressed batch may carry records that were not checked when they were stored: a sum that overflows is
    /// theirs.
    /// </remarks>
    internal readonly long CreateTimestamp => unchecked(_batch.BaseTimestamp + _frame.TimestampDelta);

    private readonly long Timestamp => _batch.IsLogAppendTime ? _batch.MaxTimestamp : CreateTimestamp;

    /// <summary>Moves to the next record.</summary>
    /// <returns>False behind the last one.</returns>
    /// <exception cref="InvalidDataException">
    /// The next record does not parse, or bytes are left over behind the last one.
    /// </exception>
    public bool MoveNext()
    {
        if (_index + 1 == _count)
        {
            return _frame.End == _records.Length
                ? false
                : throw new InvalidDataException(
                    $"{_records.Length - _frame.End} bytes are left over behind the {_count} records.");
        }

        if (RecordFrame.Read(_records.Span, _frame.End, out var frame) is { } fault)
        {
            throw new InvalidDataException($"Record {_index + 1} of {_count} breaks the format: {fault}.");
        }

        var least = _index < 0 ? 0 : _frame.OffsetDelta + 1;
        var most = _batch.LastOffsetDelta - (_count - _index - 2);
        if (frame.OffsetDelta < least || frame.OffsetDelta > most)
        {
            throw new InvalidDataException(
                $"Record {_index + 1} of {_count} has the offset delta {frame.OffsetDelta} where {least} to {most} are"
                + " possible.");
        }

        _start = _frame.End;
        _frame = frame;
        _index++;
        return true;
    }

    /// <summary>The same enumerator from where it stands, so that <c>foreach</c> takes it.</summary>
    public readonly RecordEnumerator GetEnumerator() => this;
}
