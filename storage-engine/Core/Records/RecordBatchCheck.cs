namespace Serverless.StorageEngine.Records;

/// <summary>Turns received bytes into a record batch, or says why they are none.</summary>
public static class RecordBatchCheck
{
    /// <summary>Checks one batch: header, CRC-32C, counts, and, when it is not compressed, its records.</summary>
    /// <param name="bytes">Exactly one batch; the result keeps it.</param>
    /// <param name="batchBytesMax">The topic's <c>max.message.bytes</c>.</param>
    /// <param name="problem">Why there is no result.</param>
    /// <returns>The batch, or null.</returns>
    public static RecordBatch? Check(Memory<byte> bytes, int batchBytesMax, out RecordBatchProblem? problem) =>
        throw new InvalidOperationException("pending");
}
