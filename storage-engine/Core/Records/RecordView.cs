namespace Serverless.StorageEngine.Records;

/// <summary>One record where it lies: its parts are cut out of the batch when they are asked for.</summary>
public readonly struct RecordView
{
    private readonly ReadOnlyMemory<byte> _records;
    private readonly RecordFrame _frame;

    internal RecordView(ReadOnlyMemory<byte> records, RecordFrame frame, long offset, long timestamp)
    {
        _records = records;
        _frame = frame;
        Offset = offset;
        Timestamp = timestamp;
    }

    /// <summary>Its offset in the partition.</summary>
    public long Offset { get; }

    /// <summary>Milliseconds since 1970: when it was created, or appended, as the topic has chosen.</summary>
    public long Timestamp { get; }

    /// <summary>The key's bytes, or null; a slice of the batch.</summary>
    public ReadOnlyMemory<byte>? Key => _frame.Key.Of(_records);

    /// <summary>The value's bytes, or null; a slice of the batch.</summary>
    public ReadOnlyMemory<byte>? Value => _frame.Value.Of(_records);

    /// <summary>The number of headers.</summary>
    public int HeaderCount => _frame.HeaderCount;

    /// <summary>
    /// The headers, parsed when the list is first looked into; each call makes a new list unless there are none.
    /// </summary>
    public IReadOnlyList<RecordHeader> Headers =>
        _frame.HeaderCount == 0 ? [] : new RecordHeaderList(_records, _frame.HeadersStart, _frame.HeaderCount);

    /// <summary>The same record as a value to keep; its parts are still slices of the batch.</summary>
    public Record ToRecord() => new(Offset, Timestamp, Key, Value, Headers);
}
