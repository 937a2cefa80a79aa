using System.Buffers.Binary;
using Serverless.StorageEngine.Records;

namespace Serverless.Functions.Api.Records;

/// <summary>
/// Tells requests apart that come under one idempotency key: a CRC-32C over the partitions, keys, values and timestamps
/// that the client wrote. It finds slips, and is no protection against someone who looks for a collision; who does that
/// harms nobody but himself.
/// </summary>
/// <remarks>
/// <para>
/// Headers do not count: libraries that follow a request put identifiers of the single try there. Those of the first
/// try stay. But <c>ce_id</c> and <c>ce_source</c> do, by which CloudEvents tells one event from another: in binary
/// mode nothing else may.
/// </para>
/// <para>
/// A request that is stored as a whole counts all its records. A stream counts its first one, since the others are not
/// known when the first batch is appended: that finds a stream which is sent again from somewhere in its middle.
/// </para>
/// </remarks>
internal struct RequestFingerprint
{
    private uint _crc;

    /// <summary>The fingerprint of what was added.</summary>
    public readonly uint Value => _crc;

    /// <summary>Adds a record, with what the client wrote and nothing that this node chose.</summary>
    public void Add(in ProduceRecord record)
    {
        Add(record.Partition ?? -1L);
        Add(record.Timestamp ?? -1L);
        Add(record.Key);
        Add(record.Value);
        foreach (var header in record.Headers)
        {
            if (header.Name is "ce_id" or "ce_source")
            {
                Add(header.Value);
            }
        }
    }

    /// <summary>Adds a batch that the client built: its records, in the form in which they came.</summary>
    public void Add(RecordBatch batch) => Add(batch.Payload);

    private void Add(ReadOnlyMemory<byte>? bytes)
    {
        Add(bytes?.Length ?? -1L);
        _crc = Crc32C.Append(_crc, bytes.GetValueOrDefault().Span);
    }

    private void Add(long number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        _crc = Crc32C.Append(_crc, bytes);
    }
}
