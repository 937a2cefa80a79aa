using System.Buffers.Binary;

namespace Serverless.StorageEngine.Records;

/// <summary>What stands in front of records that were put together anew; no producer is named.</summary>
/// <param name="BaseOffset">The first offset that the batch stands for.</param>
/// <param name="LeaderEpoch">The epoch under which its records were appended; the largest of several.</param>
/// <param name="IsLogAppendTime">Whether every record has <paramref name="MaxTimestamp"/>.</param>
/// <param name="LastOffsetDelta">The distance of the last offset that it stands for.</param>
/// <param name="BaseTimestamp">What the records' timestamp deltas count from.</param>
/// <param name="MaxTimestamp">The largest timestamp.</param>
/// <param name="RecordCount">The number of records, at least 1.</param>
internal readonly record struct RecordBatchHeader(
    long BaseOffset,
    int LeaderEpoch,
    bool IsLogAppendTime,
    int LastOffsetDelta,
    long BaseTimestamp,
    long MaxTimestamp,
    int RecordCount)
{
    /// <summary>The batch.</summary>
    /// <param name="type">How the records are compressed.</param>
    /// <param name="bytes">Room for the header, and the records behind it: the memory of the batch.</param>
    public RecordBatch Over(CompressionType type, Memory<byte> bytes)
    {
        var header = bytes.Span[..RecordBatch.HeaderBytes];
        header.Clear();
        header[RecordBatchFields.Magic] = (byte)RecordBatchFields.MagicV2;
        BinaryPrimitives.WriteInt64BigEndian(header, BaseOffset);
        BinaryPrimitives.WriteInt32BigEndian(header[RecordBatchFields.LeaderEpoch..], LeaderEpoch);
        BinaryPrimitives.WriteInt16BigEndian(
            header[RecordBatchFields.Attributes..], IsLogAppendTime ? RecordBatchFields.LogAppendTimeBit : (short)0);
        BinaryPrimitives.WriteInt32BigEndian(header[RecordBatchFields.LastOffsetDelta..], LastOffsetDelta);
        BinaryPrimitives.WriteInt64BigEndian(header[RecordBatchFields.BaseTimestamp..], BaseTimestamp);
        BinaryPrimitives.WriteInt64BigEndian(header[RecordBatchFields.MaxTimestamp..], MaxTimestamp);
        BinaryPrimitives.WriteInt64BigEndian(header[RecordBatchFields.ProducerId..], RecordBatchBuilder.NoProducer);
        BinaryPrimitives.WriteInt16BigEndian(header[RecordBatchFields.ProducerEpoch..], RecordBatchBuilder.NoProducer);
        BinaryPrimitives.WriteInt32BigEndian(header[RecordBatchFields.BaseSequence..], RecordBatchBuilder.NoProducer);
        BinaryPrimitives.WriteInt32BigEndian(header[RecordBatchFields.RecordCount..], RecordCount);
        return Sealed(type, bytes);
    }

    /// <summary>The same records under the same header in another compression.</summary>
    /// <param name="batch">What they are taken from; left as it is.</param>
    /// <param name="type">How the records are compressed.</param>
    /// <param name="bytes">Room for the header, and the records behind it: the memory of the new batch.</param>
    public static RecordBatch Of(RecordBatch batch, CompressionType type, Memory<byte> bytes)
    {
        batch.Bytes[..RecordBatch.HeaderBytes].CopyTo(bytes);
        return Sealed(type, bytes);
    }

    private static RecordBatch Sealed(CompressionType type, Memory<byte> bytes)
    {
        var span = bytes.Span;
        BinaryPrimitives.WriteInt32BigEndian(
            span[RecordBatchFields.BatchLength..], bytes.Length - RecordBatch.LengthPrefixBytes);
        var batch = new RecordBatch(bytes);
        var attributes = (short)((batch.Attributes & ~RecordBatchFields.CompressionMask) | (int)type);
        BinaryPrimitives.WriteInt16BigEndian(span[RecordBatchFields.Attributes..], attributes);
        batch.SealCrc();
        return batch;
    }
}
