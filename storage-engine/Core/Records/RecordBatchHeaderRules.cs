namespace Serverless.StorageEngine.Records;

/// <summary>
/// What the header of a batch must say for the batch to be appended (KIP-98), once its CRC is known to hold.
/// </summary>
internal static class RecordBatchHeaderRules
{
    private const int UnusedBits = ~(RecordBatchFields.CompressionMask
        | RecordBatchFields.LogAppendTimeBit
        | RecordBatchFields.TransactionalBit
        | RecordBatchFields.ControlBit);

    /// <summary>The first rule that the header breaks, or null.</summary>
    public static RecordBatchProblem? Check(RecordBatch batch) =>
        CheckAttributes(batch) ?? CheckCounts(batch) ?? CheckProducer(batch) ?? CheckTimestamps(batch);

    private static RecordBatchProblem? CheckAttributes(RecordBatch batch)
    {
        if (batch.Compression > CompressionType.Zstd)
        {
            return new RecordBatchProblem(
                RecordBatchProblemCode.UnsupportedCompressionType,
                $"The compression type is {(int)batch.Compression} where 0 to {(int)CompressionType.Zstd} are known.");
        }

        if ((batch.Attributes & RecordBatchFields.ControlBit) != 0)
        {
            return Invalid("The batch is a control batch (attribute bit 5), which only the log itself writes.");
        }

        if ((batch.Attributes & RecordBatchFields.TransactionalBit) != 0)
        {
            return Invalid("The batch belongs to a transaction (attribute bit 4), and no transaction is open.");
        }

        if (batch.IsLogAppendTime)
        {
            return Invalid("The timestamp type is LogAppendTime (attribute bit 3), which only the log itself sets.");
        }

        return (batch.Attributes & UnusedBits) == 0
            ? null
            : Invalid($"The attributes are 0x{batch.Attributes:x4} where bits 6 to 15 must be 0.");
    }

    private static RecordBatchProblem? CheckCounts(RecordBatch batch)
    {
        var recordBytesMax = batch.Compression == CompressionType.None
            ? batch.Payload.Length
            : RecordBatchReader.DecompressedBytesMax;
        var countMax = recordBytesMax / RecordFrame.BytesMin;
        if (batch.RecordCount < 1 || batch.RecordCount > countMax)
        {
            return Invalid($"The record count is {batch.RecordCount} where 1 to {countMax} are possible.");
        }

        var lastOffsetDelta = batch.RecordCount - 1;
        return batch.LastOffsetDelta == lastOffsetDelta
            ? null
            : Invalid(
                $"The last offset delta is {batch.LastOffsetDelta} where {batch.RecordCount} records need"
                + $" {lastOffsetDelta}.");
    }

    private static RecordBatchProblem? CheckProducer(RecordBatch batch)
    {
        if (batch.ProducerId < RecordBatchBuilder.NoProducer)
        {
            return Invalid($"The producer id is {batch.ProducerId} where -1 (none) or more is expected.");
        }

        var complete = batch.ProducerId == RecordBatchBuilder.NoProducer
            || (batch.ProducerEpoch >= 0 && batch.BaseSequence >= 0);
        return complete
            ? null
            : Invalid(
                $"Producer {batch.ProducerId} states the epoch {batch.ProducerEpoch} and the base sequence"
                + $" {batch.BaseSequence} where both must be at least 0.");
    }

    private static RecordBatchProblem? CheckTimestamps(RecordBatch batch)
    {
        if (batch.BaseTimestamp < 0)
        {
            return InvalidTimestamp($"The base timestamp is {batch.BaseTimestamp} where at least 0 is expected.");
        }

        // Where the records can be read without restoring them first, their own timestamps decide.
        return batch.Compression == CompressionType.None || batch.MaxTimestamp >= batch.BaseTimestamp
            ? null
            : InvalidTimestamp(
                $"The largest timestamp is {batch.MaxTimestamp} where at least the base timestamp,"
                + $" {batch.BaseTimestamp}, is expected.");
    }

    private static RecordBatchProblem Invalid(string detail) => new(RecordBatchProblemCode.InvalidRecord, detail);

    private static RecordBatchProblem InvalidTimestamp(string detail) =>
        new(RecordBatchProblemCode.InvalidTimestamp, detail);
}
