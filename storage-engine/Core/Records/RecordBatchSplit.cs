using System.Buffers;
using System.Buffers.Binary;
using Serverless.StorageEngine.Diagnostics;

namespace Serverless.StorageEngine.Records;

/// <summary>Cuts a batch in two at a record.</summary>
/// <remarks>
/// Keys, values, headers and their order stay byte for byte, as do timestamps and the codec. Both parts have the
/// producer id and epoch of the whole; the second one's sequence goes on where the first one's ends.
/// </remarks>
public static class RecordBatchSplit
{
    /// <summary>Cuts a batch behind its first records.</summary>
    /// <param name="batch">Any batch that is not in the log; left as it is.</param>
    /// <param name="count">How many records go to the first part: at least 1, and less than the batch has.</param>
    /// <param name="compression">The codecs; used only when the batch is compressed.</param>
    /// <exception cref="InvalidDataException">The records do not decompress or do not parse: the producer compressed
    /// something else.</exception>
    public static (RecordBatch First, RecordBatch Second) Split(RecordBatch batch, int count, ICompression compression)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(compression);
        Invariant.Holds(count >= 1 && count < batch.RecordCount && !batch.HasGaps);
        var records = batch.Compression == CompressionType.None
            ? batch.Payload
            : compression.Decompress(batch.Compression, batch.Payload, RecordBatchReader.DecompressedBytesMax);
        var first = Cut(batch, records.Span, 0, 0, count, out var firstEnd);
        var second = Cut(batch, records.Span, firstEnd, count, batch.RecordCount - count, out var end);
        if (end != records.Length)
        {
            throw new InvalidDataException($"{records.Length - end} bytes are left over behind the records.");
        }

        return (Complete(batch, first, 0, compression), Complete(batch, second, count, compression));
    }

    private static Part Cut(
        RecordBatch batch, ReadOnlySpan<byte> records, int from, int firstIndex, int count, out int end)
    {
        var bytes = new ArrayBufferWriter<byte>(Math.Max(1, (records.Length - from) / 2));
        var (baseTimestamp, maxTimestamp, firstKeyless) = (-1L, -1L, -1);
        end = from;
        for (var index = 0; index < count; index++)
        {
            var start = end;
            if (RecordFrame.Read(records, start, out var frame) is { } fault)
            {
                throw new InvalidDataException($"Record {firstIndex + index} breaks the format: {fault}.");
            }

            // Records that were compressed have not been checked: a sum that overflows is their producer's.
            var timestamp = unchecked(batch.BaseTimestamp + frame.TimestampDelta);
            if (timestamp < 0)
            {
                throw new InvalidDataException($"Record {firstIndex + index} has the timestamp {timestamp}.");
            }

            end = frame.End;
            baseTimestamp = index == 0 ? timestamp : baseTimestamp;
            maxTimestamp = Math.Max(maxTimestamp, timestamp);
            firstKeyless = firstKeyless < 0 && frame.Key.IsNull ? index : firstKeyless;
            RecordFrame.Copy(records[start..end], timestamp - baseTimestamp, index, bytes);
        }

        return new Part(bytes.WrittenMemory, count, baseTimestamp, maxTimestamp, firstKeyless);
    }

    private static RecordBatch Complete(RecordBatch whole, Part part, int recordsBefore, ICompression compression)
    {
        var records = whole.Compression == CompressionType.None
            ? part.Records
            : compression.Compress(whole.Compression, part.Records.Span);
        var bytes = new byte[RecordBatch.HeaderBytes + records.Length];
        whole.Bytes.Span[..RecordBatch.HeaderBytes].CopyTo(bytes);
        records.Span.CopyTo(bytes.AsSpan(RecordBatch.HeaderBytes));

        var batch = new RecordBatch(bytes) { FirstKeyless = part.FirstKeyless };
        batch.Assign(baseOffset: 0, RecordBatch.NoLeaderEpoch);
        Write(bytes, RecordBatchFields.BatchLength, bytes.Length - RecordBatch.LengthPrefixBytes);
        Write(bytes, RecordBatchFields.LastOffsetDelta, part.Count - 1);
        Write(bytes, RecordBatchFields.RecordCount, part.Count);
        if (whole.ProducerId >= 0)
        {
            Write(bytes, RecordBatchFields.BaseSequence, SequenceNumber.After(whole.BaseSequence, recordsBefore));
        }

        // A refused batch may have been given the time of an append that did not take place.
        var attributes = (short)(whole.Attributes & ~RecordBatchFields.LogAppendTimeBit);
        BinaryPrimitives.WriteInt16BigEndian(bytes.AsSpan(RecordBatchFields.Attributes), attributes);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(RecordBatchFields.BaseTimestamp), part.BaseTimestamp);
        batch.SetMaxTimestamp(part.MaxTimestamp);
        return batch;
    }

    private static void Write(Span<byte> bytes, int field, int value) =>
        BinaryPrimitives.WriteInt32BigEndian(bytes[field..], value);

    private readonly record struct Part(
        ReadOnlyMemory<byte> Records, int Count, long BaseTimestamp, long MaxTimestamp, int FirstKeyless);
}
