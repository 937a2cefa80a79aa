using System.Buffers;
using System.Buffers.Binary;
using Serverless.StorageEngine.Diagnostics;

namespace Serverless.StorageEngine.Records;

/// <summary>
/// Builds one record batch after the other, record by record.
/// </summary>
/// <remarks>
/// Not for use by several threads at once. A batch never holds much more memory than its length says, because whoever
/// keeps batches (queues, caches) counts lengths only.
/// </remarks>
public sealed class RecordBatchBuilder
{
    /// <summary>
    /// The producer id, producer epoch and base sequence of a batch that no idempotent producer made.
    /// </summary>
    public const int NoProducer = -1;

    private const int CapacityDefault = 512;
    private const int NoKeyless = -1;

    private readonly int _capacity;
    private byte[] _bytes = [];
    private long _baseTimestamp;
    private long _maxTimestamp;
    private long _producerId = NoProducer;
    private short _producerEpoch = NoProducer;
    private int _baseSequence = NoProducer;
    private int _firstKeyless = NoKeyless;

    /// <summary>Prepares the first batch.</summary>
    /// <param name="capacity">
    /// How many bytes a batch may take before its array has to grow; a guess, at least 0.
    /// </param>
    public RecordBatchBuilder(int capacity = CapacityDefault) => _capacity = capacity;

    /// <summary>The number of records added so far.</summary>
    public int RecordCount { get; private set; }

    /// <summary>The size in bytes that the batch would have now, uncompressed.</summary>
    public int Length { get; private set; } = RecordBatch.HeaderBytes;

    /// <summary>
    /// The size in bytes that the batch would have after one more record, uncompressed; nothing is added.
    /// </summary>
    /// <param name="timestamp">
    /// As for <see cref="Append(long, ReadOnlyMemory{byte}?, ReadOnlyMemory{byte}?, IReadOnlyList{RecordHeader})"/>.
    /// </param>
    /// <param name="key">The record's key.</param>
    /// <param name="value">The record's value.</param>
    /// <param name="headers">The record's headers.</param>
    public long LengthAfter(
        long timestamp, ReadOnlyMemory<byte>? key, ReadOnlyMemory<byte>? value, IReadOnlyList<RecordHeader> headers)
    {
        ArgumentNullException.ThrowIfNull(headers);
        var content = ContentOf(key, value, headers);
        var bodyBytes = content.BodyBytes(TimestampDelta(timestamp), RecordCount);
        return Length + Varint.LengthOf(bodyBytes) + bodyBytes;
    }

    /// <summary>
    /// Names the idempotent producer of the batch that is being built; the next batch has none again.
    /// </summary>
    /// <param name="producerId">Not negative.</param>
    /// <param name="producerEpoch">Not negative.</param>
    /// <param name="baseSequence">The sequence number of the batch's first record, not negative.</param>
    public void SetProducer(long producerId, short producerEpoch, int baseSequence)
    {
        Invariant.Holds(producerId >= 0 && producerEpoch >= 0 && baseSequence >= 0);
        (_producerId, _producerEpoch, _baseSequence) = (producerId, producerEpoch, baseSequence);
    }

    /// <summary>Adds a record.</summary>
    /// <param name="timestamp">Milliseconds since 1970, not negative.</param>
    /// <param name="key">The key's bytes, or null; copied.</param>
    /// <param name="value">The value's bytes, or null; copied.</param>
    /// <param name="headers">The headers; copied.</param>
    public void Append(
        long timestamp, ReadOnlyMemory<byte>? key, ReadOnlyMemory<byte>? value, IReadOnlyList<RecordHeader> headers)
    {
        ArgumentNullException.ThrowIfNull(headers);
        Append(timestamp, ContentOf(key, value, headers));
    }

    /// <summary>Adds a record whose parts are not on the heap.</summary>
    /// <param name="timestamp">Milliseconds since 1970, not negative.</param>
    /// <param name="key">The key's bytes; copied.</param>
    /// <param name="hasKey">False when the key is null; its bytes are then ignored.</param>
    /// <param name="value">The value's bytes; copied.</param>
    /// <param name="hasValue">False when the value is null; its bytes are then ignored.</param>
    /// <param name="headers">The headers; copied.</param>
    public void Append(
        long timestamp,
        ReadOnlySpan<byte> key,
        bool hasKey,
        ReadOnlySpan<byte> value,
        bool hasValue,
        IReadOnlyList<RecordHeader> headers)
    {
        ArgumentNullException.ThrowIfNull(headers);
        Append(timestamp, new RecordContent(key, hasKey, value, hasValue, headers));
    }

    /// <summary>Completes the batch and starts the next one; at least one record must have been added.</summary>
    /// <returns>
    /// The batch, in memory of its own and of its size: the records are copied once, and the builder keeps its array for
    /// the next ones.
    /// </returns>
    public RecordBatch Build()
    {
        Invariant.Holds(RecordCount > 0);

        // A batch is kept for long, in memory of its own and of its size.
        var batch = GC.AllocateUninitializedArray<byte>(Length);
        _bytes.AsSpan(0, Length).CopyTo(batch);
        return Complete(batch, CompressionType.None);
    }

    /// <summary>
    /// Completes the batch with its records compressed and starts the next one; at least one record must have been
    /// added.
    /// </summary>
    /// <param name="type">
    /// How to compress; with <see cref="CompressionType.None"/> the same as <see cref="Build()"/>.
    /// </param>
    /// <param name="compression">The codecs.</param>
    public RecordBatch Build(CompressionType type, ICompression compression)
    {
        ArgumentNullException.ThrowIfNull(compression);
        if (type == CompressionType.None)
        {
            return Build();
        }

        Invariant.Holds(RecordCount > 0);
        var compressed = compression.Compress(type, _bytes.AsSpan(0, Length)[RecordBatch.HeaderBytes..]);
        var bytes = GC.AllocateUninitializedArray<byte>(RecordBatch.HeaderBytes + compressed.Length);
        compressed.Span.CopyTo(bytes.AsSpan(RecordBatch.HeaderBytes));
        return Complete(bytes, type);
    }

    private static RecordContent ContentOf(
        ReadOnlyMemory<byte>? key, ReadOnlyMemory<byte>? value, IReadOnlyList<RecordHeader> headers) =>
        new(key.GetValueOrDefault().Span, key.HasValue, value.GetValueOrDefault().Span, value.HasValue, headers);

    private long TimestampDelta(long timestamp)
    {
        Invariant.Holds(timestamp >= 0);
        return RecordCount == 0 ? 0 : timestamp - _baseTimestamp;
    }

    private void Append(long timestamp, RecordContent content)
    {
        var timestampDelta = TimestampDelta(timestamp);
        var bodyBytes = content.BodyBytes(timestampDelta, RecordCount);
        Reserve(Length + Varint.LengthOf(bodyBytes) + bodyBytes);

        var start = Length + Varint.Write(_bytes.AsSpan(Length), bodyBytes);
        var written = content.WriteBody(_bytes.AsSpan(start), timestampDelta, RecordCount);
        Invariant.Holds(written == bodyBytes);

        _baseTimestamp = RecordCount == 0 ? timestamp : _baseTimestamp;
        _maxTimestamp = RecordCount == 0 ? timestamp : Math.Max(_maxTimestamp, timestamp);
        _firstKeyless = _firstKeyless < 0 && !content.HasKey ? RecordCount : _firstKeyless;
        Length = start + written;
        RecordCount++;
    }

    private void Reserve(long length)
    {
        Invariant.Holds(length <= Array.MaxLength);
        if (length <= _bytes.Length)
        {
            return;
        }

        var doubled = Math.Min(2L * _bytes.Length, Array.MaxLength);
        var bytes = ArrayPool<byte>.Shared.Rent((int)Math.Max(length, Math.Max(doubled, _capacity)));
        if (RecordCount > 0)
        {
            _bytes.AsSpan(0, Length).CopyTo(bytes);
        }

        GiveBack();
        _bytes = bytes;
    }

    // No batch has a part of it. What a builder holds that is given up goes to the collector.
    private void GiveBack()
    {
        if (_bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
        }
    }

    private RecordBatch Complete(Memory<byte> batch, CompressionType type)
    {
        var bytes = batch.Span;
        BinaryPrimitives.WriteInt64BigEndian(bytes[RecordBatchFields.BaseOffset..], 0);
        BinaryPrimitives.WriteInt32BigEndian(
            bytes[RecordBatchFields.BatchLength..], bytes.Length - RecordBatch.LengthPrefixBytes);
        BinaryPrimitives.WriteInt32BigEndian(bytes[RecordBatchFields.LeaderEpoch..], RecordBatch.NoLeaderEpoch);
        bytes[RecordBatchFields.Magic] = (byte)RecordBatchFields.MagicV2;
        BinaryPrimitives.WriteInt16BigEndian(bytes[RecordBatchFields.Attributes..], (short)type);
        BinaryPrimitives.WriteInt32BigEndian(bytes[RecordBatchFields.LastOffsetDelta..], RecordCount - 1);
        BinaryPrimitives.WriteInt64BigEndian(bytes[RecordBatchFields.BaseTimestamp..], _baseTimestamp);
        BinaryPrimitives.WriteInt64BigEndian(bytes[RecordBatchFields.MaxTimestamp..], _maxTimestamp);
        BinaryPrimitives.WriteInt64BigEndian(bytes[RecordBatchFields.ProducerId..], _producerId);
        BinaryPrimitives.WriteInt16BigEndian(bytes[RecordBatchFields.ProducerEpoch..], _producerEpoch);
        BinaryPrimitives.WriteInt32BigEndian(bytes[RecordBatchFields.BaseSequence..], _baseSequence);
        BinaryPrimitives.WriteInt32BigEndian(bytes[RecordBatchFields.RecordCount..], RecordCount);

        // The array serves the next batch, but what a large batch needed is not kept.
        if (_bytes.Length > _capacity)
        {
            GiveBack();
            _bytes = [];
        }

        Length = RecordBatch.HeaderBytes;
        RecordCount = 0;
        (_producerId, _producerEpoch, _baseSequence) = (NoProducer, NoProducer, NoProducer);

        var result = new RecordBatch(batch) { FirstKeyless = _firstKeyless };
        _firstKeyless = NoKeyless;
        result.SealCrc();
        return result;
    }
}
