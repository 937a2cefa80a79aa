using Serverless.StorageEngine.Records;

namespace Serverless.Functions.Api.Records;

/// <summary>
/// A record as a client wants it appended; its buffers are borrowed only while it is added to a batch.
/// </summary>
/// <param name="Partition">Where the client wants it, or null to let the key decide.</param>
/// <param name="Key">The key's bytes, or null.</param>
/// <param name="Value">The value's bytes, or null.</param>
/// <param name="Headers">In the client's order.</param>
/// <param name="Timestamp">Milliseconds since 1970, or null for the moment of the request.</param>
internal readonly record struct ProduceRecord(
    int? Partition,
    ReadOnlyMemory<byte>? Key,
    ReadOnlyMemory<byte>? Value,
    IReadOnlyList<RecordHeader> Headers,
    long? Timestamp)
{
    // The batch's header and, for a record without headers, seven fields of at most ten bytes each.
    private const int OverheadBytesMax = RecordBatch.HeaderBytes + 70;

    // Two lengths.
    private const int HeaderOverheadBytesMax = 10;

    /// <summary>By how many bytes at the most a batch, or a new one, grows with this record; quickly found.</summary>
    public long BytesBound
    {
        get
        {
            var bytes = (long)OverheadBytesMax + Key.GetValueOrDefault().Length + Value.GetValueOrDefault().Length;
            for (var i = 0; i < Headers.Count; i++)
            {
                bytes += HeaderOverheadBytesMax + (3L * Headers[i].Name.Length)
                    + Headers[i].Value.GetValueOrDefault().Length;
            }

            return bytes;
        }
    }

    /// <summary>Whether a batch would be too long with this record as its next.</summary>
    /// <param name="builder">The batch; not changed.</param>
    /// <param name="batchBytesMax">The longest batch.</param>
    /// <param name="now">The record's timestamp if it has none.</param>
    public bool Exceeds(RecordBatchBuilder builder, int batchBytesMax, long now = 0)
    {
        // Far from the limit, which is nearly always, nothing has to be measured exactly.
        var (key, value) = (Key.GetValueOrDefault().Length, Value.GetValueOrDefault().Length);
        var bound = (long)builder.Length + OverheadBytesMax + key + value;
        return (Headers.Count > 0 || bound > batchBytesMax) && LengthIn(builder, now) > batchBytesMax;
    }

    /// <summary>The size in bytes that a batch would have with this record as its next.</summary>
    /// <param name="builder">The batch; not changed.</param>
    /// <param name="now">The record's timestamp if it has none.</param>
    public long LengthIn(RecordBatchBuilder builder, long now = 0) =>
        builder.LengthAfter(Timestamp ?? now, Key, Value, Headers);
}
