using System.Buffers.Binary;

namespace Serverless.StorageEngine.Records;

/// <summary>
/// One record batch in Kafka's RecordBatch v2 format whose header and CRC have been checked. Its parts stand at fixed
/// places, so nothing is parsed until it is asked for (KIP-98; <c>storage-engine/FORMAT.md</c>).
/// </summary>
/// <remarks>
/// Made by <see cref="RecordBatchBuilder"/>, by <see cref="RecordBatchCheck"/>, and by a fetch. The bytes are never
/// pooled: whoever holds the batch may keep it. Once appended, a batch belongs to the log, which writes its base
/// offset and leader epoch.
/// </remarks>
public sealed class RecordBatch
{
    /// <summary>Bytes of a batch in front of its records.</summary>
    public const int HeaderBytes = 61;

    /// <summary>Bytes in front of what the field <c>batchLength</c> counts.</summary>
    public const int LengthPrefixBytes = 12;

    /// <summary>The leader epoch of a batch that was not appended yet.</summary>
    public const int NoLeaderEpoch = -1;

    private readonly Memory<byte> _bytes;

    internal RecordBatch(Memory<byte> bytes) => _bytes = bytes;

    /// <summary>The whole batch, header and records, as stored.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    /// <summary>The size of the whole batch in bytes.</summary>
    public int Length => _bytes.Length;

    /// <summary>
    /// The first offset that the batch stands for: that of its first record, unless a compaction took that out. 0
    /// before the batch was appended.
    /// </summary>
    public long BaseOffset => BinaryPrimitives.ReadInt64BigEndian(_bytes.Span);

    /// <summary>
    /// The last offset that the batch stands for: that of its last record, unless a compaction took that out.
    /// </summary>
    public long LastOffset => BaseOffset + LastOffsetDelta;

    /// <summary>The offset behind it: where a reader goes on.</summary>
    public long NextOffset => LastOffset + 1;

    /// <summary>The epoch of the leader under which the batch was appended; -1 before.</summary>
    public int LeaderEpoch => BinaryPrimitives.ReadInt32BigEndian(_bytes.Span[RecordBatchFields.LeaderEpoch..]);

    /// <summary>Kafka's attribute bits.</summary>
    public short Attributes => BinaryPrimitives.ReadInt16BigEndian(_bytes.Span[RecordBatchFields.Attributes..]);

    /// <summary>How the records are compressed.</summary>
    public CompressionType Compression => (CompressionType)(Attributes & RecordBatchFields.CompressionMask);

    /// <summary>
    /// Whether every record's timestamp is <see cref="MaxTimestamp"/>, the time of the append (attribute bit 3).
    /// </summary>
    public bool IsLogAppendTime => (Attributes & RecordBatchFields.LogAppendTimeBit) != 0;

    /// <summary>The timestamp that the records' deltas count from, in milliseconds since 1970.</summary>
    public long BaseTimestamp => BinaryPrimitives.ReadInt64BigEndian(_bytes.Span[RecordBatchFields.BaseTimestamp..]);

    /// <summary>The largest timestamp, in milliseconds since 1970.</summary>
    public long MaxTimestamp => BinaryPrimitives.ReadInt64BigEndian(_bytes.Span[RecordBatchFields.MaxTimestamp..]);

    /// <summary>The idempotent producer's id, or -1.</summary>
    public long ProducerId => BinaryPrimitives.ReadInt64BigEndian(_bytes.Span[RecordBatchFields.ProducerId..]);

    /// <summary>The idempotent producer's epoch, or -1.</summary>
    public short ProducerEpoch => BinaryPrimitives.ReadInt16BigEndian(_bytes.Span[RecordBatchFields.ProducerEpoch..]);

    /// <summary>The sequence number of the first record, or -1.</summary>
    public int BaseSequence => BinaryPrimitives.ReadInt32BigEndian(_bytes.Span[RecordBatchFields.BaseSequence..]);

    /// <summary>
    /// The number of records, at least 1. Each takes one offset; a compaction leaves fewer records than offsets.
    /// </summary>
    public int RecordCount => BinaryPrimitives.ReadInt32BigEndian(_bytes.Span[RecordBatchFields.RecordCount..]);

    /// <summary>The records, or one compressed block of them.</summary>
    public ReadOnlyMemory<byte> Payload => _bytes[HeaderBytes..];

    /// <summary>Whether a compaction took records out: offsets of the batch have none.</summary>
    public bool HasGaps => RecordCount <= LastOffsetDelta;

    /// <summary>Whether attribute bits are set that a batch of records has no use for.</summary>
    internal bool HasUnknownAttributes =>
        (Attributes & ~(RecordBatchFields.CompressionMask | RecordBatchFields.LogAppendTimeBit)) != 0
        || Compression > CompressionType.Zstd;

    /// <summary>The distance of <see cref="LastOffset"/> from <see cref="BaseOffset"/>; one less than the count of what
    /// a producer sent.</summary>
    internal int LastOffsetDelta =>
        BinaryPrimitives.ReadInt32BigEndian(_bytes.Span[RecordBatchFields.LastOffsetDelta..]);

    /// <summary>
    /// Which of its records is the first without a key, from 0; -1 when each has one; null as long as nobody has
    /// looked. Whoever builds or checks a batch comes past all keys, and so spares the log a look.
    /// </summary>
    internal int? FirstKeyless { get; set; }

    /// <summary>The CRC-32C that the batch states of everything behind that field.</summary>
    public uint Crc => BinaryPrimitives.ReadUInt32BigEndian(_bytes.Span[RecordBatchFields.Crc..]);

    /// <summary>The CRC-32C that the batch should state.</summary>
    internal uint ComputeCrc() => Crc32C.Compute(_bytes.Span[RecordBatchFields.Attributes..]);

    /// <summary>The same batch in memory of its own.</summary>
    internal RecordBatch Copy() => new(_bytes.ToArray()) { FirstKeyless = FirstKeyless };

    /// <summary>Writes what the log assigns; both fields lie outside the CRC.</summary>
    internal void Assign(long baseOffset, int leaderEpoch)
    {
        BinaryPrimitives.WriteInt64BigEndian(_bytes.Span, baseOffset);
        BinaryPrimitives.WriteInt32BigEndian(_bytes.Span[RecordBatchFields.LeaderEpoch..], leaderEpoch);
    }

    /// <summary>
    /// Gives every record the time of the append, for a topic whose <c>message.timestamp.type</c> asks for it:
    /// readers then take <see cref="MaxTimestamp"/> for each. The CRC covers both fields, so it is taken again over
    /// the whole batch.
    /// </summary>
    /// <param name="nowMs">Milliseconds since 1970.</param>
    internal void StampLogAppendTime(long nowMs)
    {
        var attributes = (short)(Attributes | RecordBatchFields.LogAppendTimeBit);
        BinaryPrimitives.WriteInt16BigEndian(_bytes.Span[RecordBatchFields.Attributes..], attributes);
        SetMaxTimestamp(nowMs);
    }

    /// <summary>Writes the largest timestamp and takes the CRC again.</summary>
    internal void SetMaxTimestamp(long timestamp)
    {
        BinaryPrimitives.WriteInt64BigEndian(_bytes.Span[RecordBatchFields.MaxTimestamp..], timestamp);
        SealCrc();
    }

    /// <summary>Writes the CRC of the bytes as they are now.</summary>
    internal void SealCrc() =>
        BinaryPrimitives.WriteUInt32BigEndian(_bytes.Span[RecordBatchFields.Crc..], ComputeCrc());
}
