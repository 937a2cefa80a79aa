using System.Buffers.Binary;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Log.Blocks;

/// <summary>One entry of a block's directory: everything about a record batch that is needed without reading
/// it.</summary>
/// <param name="Partition">The partition the batch belongs to.</param>
/// <param name="RecordCount">The offsets that the batch stands for, at least 1; only in a copy it may have fewer
/// records.</param>
/// <param name="BaseOffset">The first of them.</param>
/// <param name="ProducerId">The idempotent producer, or -1.</param>
/// <param name="ProducerEpoch">Its epoch, or -1.</param>
/// <param name="Attributes">The attribute bits of the batch; bits 0–2 are the codec.</param>
/// <param name="FirstNumber">The producer's sequence number of its first record; in a batch of a keyed request the
/// record's ordinal there; else -1.</param>
/// <param name="MaxTimestamp">Its largest timestamp, in milliseconds since 1970.</param>
/// <param name="From">Where the batch begins, in bytes from the start of the block.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="RequestHash">The request that brought it (<see cref="RequestKey"/>); 0 when the request had no
/// key.</param>
internal readonly record struct BlockEntry(
    PartitionId Partition,
    int RecordCount,
    long BaseOffset,
    long ProducerId,
    short ProducerEpoch,
    short Attributes,
    int FirstNumber,
    long MaxTimestamp,
    int From,
    int Length,
    Bits128 RequestHash)
{
    /// <summary>The sequence number of its first record, or -1 without an idempotent producer.</summary>
    public int BaseSequence => ProducerId >= 0 ? FirstNumber : RecordBatchBuilder.NoProducer;

    /// <summary>The request that brought it; null when it had no key.</summary>
    public RequestKey? Request => RequestHash == 0 ? null : new RequestKey(RequestHash, FirstNumber);

    /// <summary>Whether its records have the time of the append.</summary>
    public bool IsLogAppendTime => (Attributes & RecordBatchFields.LogAppendTimeBit) != 0;

    /// <summary>Describes a batch whose offset has been assigned.</summary>
    public static BlockEntry Of(PartitionId partition, KeyedBatch keyed, int from) => new(
        partition,
        keyed.Batch.LastOffsetDelta + 1,
        keyed.Batch.BaseOffset,
        keyed.Batch.ProducerId,
        keyed.Batch.ProducerEpoch,
        keyed.Batch.Attributes,
        keyed.Request?.FirstOrdinal ?? keyed.Batch.BaseSequence,
        keyed.Batch.MaxTimestamp,
        from,
        keyed.Batch.Length,
        keyed.Request?.Request ?? 0);

    /// <summary>Writes the entry to the first <see cref="BlockFormat.EntryBytes"/> bytes of
    /// <paramref name="target"/>.</summary>
    public void Write(Span<byte> target)
    {
        Bits128.Write(target, Partition.Topic.Value);
        BinaryPrimitives.WriteInt32BigEndian(target[16..], Partition.Index);
        BinaryPrimitives.WriteInt32BigEndian(target[20..], RecordCount);
        BinaryPrimitives.WriteInt64BigEndian(target[24..], BaseOffset);
        BinaryPrimitives.WriteInt64BigEndian(target[32..], ProducerId);
        BinaryPrimitives.WriteInt16BigEndian(target[40..], ProducerEpoch);
        BinaryPrimitives.WriteInt16BigEndian(target[42..], Attributes);
        BinaryPrimitives.WriteInt32BigEndian(target[44..], FirstNumber);
        BinaryPrimitives.WriteInt64BigEndian(target[48..], MaxTimestamp);
        BinaryPrimitives.WriteInt32BigEndian(target[56..], From);
        BinaryPrimitives.WriteInt32BigEndian(target[60..], Length);
        Bits128.Write(target[64..], RequestHash);
    }

    /// <summary>Reads an entry.</summary>
    public static BlockEntry Read(ReadOnlySpan<byte> source) => new(
        new PartitionId(
            new TopicId(Bits128.Read(source)),
            BinaryPrimitives.ReadInt32BigEndian(source[16..])),
        BinaryPrimitives.ReadInt32BigEndian(source[20..]),
        BinaryPrimitives.ReadInt64BigEndian(source[24..]),
        BinaryPrimitives.ReadInt64BigEndian(source[32..]),
        BinaryPrimitives.ReadInt16BigEndian(source[40..]),
        BinaryPrimitives.ReadInt16BigEndian(source[42..]),
        BinaryPrimitives.ReadInt32BigEndian(source[44..]),
        BinaryPrimitives.ReadInt64BigEndian(source[48..]),
        BinaryPrimitives.ReadInt32BigEndian(source[56..]),
        BinaryPrimitives.ReadInt32BigEndian(source[60..]),
        Bits128.Read(source[64..]));
}
