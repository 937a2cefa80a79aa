namespace Serverless.StorageEngine.Records;

/// <summary>One record of a batch, as slices of the batch's bytes.</summary>
/// <param name="Offset">Its offset in the partition.</param>
/// <param name="Timestamp">Milliseconds since 1970: when it was created, or appended, as the topic has chosen.</param>
/// <param name="Key">The key's bytes, or null.</param>
/// <param name="Value">The value's bytes, or null (a tombstone on a compacted topic).</param>
/// <param name="Headers">In the order the producer gave; names may repeat.</param>
public readonly record struct Record(
    long Offset,
    long Timestamp,
    ReadOnlyMemory<byte>? Key,
    ReadOnlyMemory<byte>? Value,
    IReadOnlyList<RecordHeader> Headers);
