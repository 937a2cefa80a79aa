using System.Buffers.Binary;
using Serverless.StorageEngine.Diagnostics;

namespace Serverless.StorageEngine.Records;

/// <summary>
/// Turns received bytes into a record batch, or says why they are none. No bytes make it throw or allocate by their
/// word.
/// </summary>
public static class RecordBatchCheck
{
    /// <summary>Reads how long the batch is that starts here, so that a stream of batches can be cut.</summary>
    /// <param name="bytes">The start of a batch, at least <see cref="RecordBatch.LengthPrefixBytes"/> bytes.</param>
    /// <param name="length">
    /// The size of the whole batch in bytes; it may well exceed that of <paramref name="bytes"/>.
    /// </param>
    /// <returns>False when no batch has such a length: the stream cannot be cut from here on.</returns>
    public static bool TryReadLength(ReadOnlySpan<byte> bytes, out int length)
    {
        Invariant.Holds(bytes.Length >= RecordBatch.LengthPrefixBytes);
        var batchLength = BinaryPrimitives.ReadInt32BigEndian(bytes[RecordBatchFields.BatchLength..]);
        length = unchecked(batchLength + RecordBatch.LengthPrefixBytes);
        return length >= RecordBatch.HeaderBytes;
    }

    /// <summary>Checks one batch: header, CRC-32C, counts, and, when it is not compressed, its records.</summary>
    /// <remarks>
    /// The bytes are kept as they are, with one exception, which Kafka's brokers make too: where the records are not
    /// compressed and the stated largest timestamp is not theirs, it is set right and the CRC taken again. Some clients
    /// never fill it in, and searching by time depends on it.
    /// </remarks>
    /// <param name="bytes">Exactly one batch; the result keeps it.</param>
    /// <param name="batchBytesMax">The topic's <c>max.message.bytes</c>.</param>
    /// <param name="problem">Why there is no result.</param>
    /// <returns>The batch, or null.</returns>
    public static RecordBatch? Check(Memory<byte> bytes, int batchBytesMax, out RecordBatchProblem? problem)
    {
        problem = CheckSize(bytes.Span, batchBytesMax);
        if (problem is not null)
        {
            return null;
        }

        var batch = new RecordBatch(bytes);
        problem = CheckHeader(batch);
        if (problem is null && batch.Compression == CompressionType.None)
        {
            problem = Walk(batch, batch.Payload.Span);
        }

        return problem is null ? batch : null;
    }

    /// <summary>
    /// Checks the records of a compressed batch, which <see cref="Check"/> leaves to the readers. Restoring them
    /// costs more than everything else; without it a producer can store records that nobody can read.
    /// </summary>
    /// <param name="batch">
    /// A result of <see cref="Check"/>; a wrong largest timestamp is set right as described there.
    /// </param>
    /// <param name="compression">The codecs.</param>
    /// <returns>Null, or what is wrong with the records.</returns>
    public static RecordBatchProblem? CheckRecords(RecordBatch batch, ICompression compression)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(compression);
        if (batch.Compression == CompressionType.None)
        {
            return null;
        }

        try
        {
            const int LengthMax = RecordBatchReader.DecompressedBytesMax;
            var records = compression.Decompress(batch.Compression, batch.Payload, LengthMax);
            return Walk(batch, records.Span);
        }
        catch (InvalidDataException e)
        {
            return Invalid($"The records do not decompress as {batch.Compression}: {e.Message}");
        }
    }

    private static RecordBatchProblem? CheckSize(ReadOnlySpan<byte> bytes, int batchBytesMax)
    {
        if (bytes.Length < RecordBatch.HeaderBytes)
        {
            return Invalid($"A batch has at least {RecordBatch.HeaderBytes} bytes, but there are {bytes.Length}.");
        }

        if (bytes[RecordBatchFields.Magic] != RecordBatchFields.MagicV2)
        {
            var magic = bytes[RecordBatchFields.Magic];
            return Invalid($"The magic byte is {magic} where {RecordBatchFields.MagicV2} is expected.");
        }

        var batchLength = BinaryPrimitives.ReadInt32BigEndian(bytes[RecordBatchFields.BatchLength..]);
        var following = bytes.Length - RecordBatch.LengthPrefixBytes;
        if (batchLength != following)
        {
            return Invalid($"The batch length is {batchLength} where {following} bytes follow it.");
        }

        return bytes.Length <= batchBytesMax
            ? null
            : new RecordBatchProblem(
                RecordBatchProblemCode.MessageTooLarge,
                $"The batch has {bytes.Length} bytes where the topic's max.message.bytes allows {batchBytesMax}.");
    }

    private static RecordBatchProblem? CheckHeader(RecordBatch batch)
    {
        var crc = batch.ComputeCrc();
        if (crc != batch.Crc)
        {
            return new RecordBatchProblem(
                RecordBatchProblemCode.CorruptMessage,
                $"The batch states the CRC-32C {batch.Crc:x8}, but its bytes have {crc:x8}.");
        }

        return RecordBatchHeaderRules.Check(batch);
    }

    private static RecordBatchProblem? Walk(RecordBatch batch, ReadOnlySpan<byte> records)
    {
        var position = 0;
        var timestampMax = 0L;
        var firstKeyless = -1;
        for (var index = 0; index < batch.RecordCount; index++)
        {
            if ((RecordFrame.Read(records, position, out var frame) ?? RecordHeaderRules.Check(records, frame))
                is { } fault)
            {
                return Invalid($"Record {index} of {batch.RecordCount} breaks the format: {fault}.");
            }

            if (frame.OffsetDelta != index)
            {
                return Invalid(
                    $"Record {index} of {batch.RecordCount} has the offset delta {frame.OffsetDelta}, not {index}.");
            }

            // The base is not negative, so a sum that is too large shows as a negative number as well.
            var timestamp = unchecked(batch.BaseTimestamp + frame.TimestampDelta);
            if (timestamp < 0)
            {
                return InvalidTimestamp(
                    $"Record {index} of {batch.RecordCount} has the timestamp {batch.BaseTimestamp}"
                    + $" + {frame.TimestampDelta}, outside of 0 to {long.MaxValue}.");
            }

            timestampMax = Math.Max(timestampMax, timestamp);
            firstKeyless = firstKeyless < 0 && frame.Key.IsNull ? index : firstKeyless;
            position = frame.End;
        }

        if (position != records.Length)
        {
            return Invalid($"{records.Length - position} bytes are left over behind the {batch.RecordCount} records.");
        }

        batch.FirstKeyless = firstKeyless;
        if (batch.MaxTimestamp != timestampMax)
        {
            batch.SetMaxTimestamp(timestampMax);
        }

        return null;
    }

    private static RecordBatchProblem Invalid(string detail) => new(RecordBatchProblemCode.InvalidRecord, detail);

    private static RecordBatchProblem InvalidTimestamp(string detail) =>
        new(RecordBatchProblemCode.InvalidTimestamp, detail);
}
