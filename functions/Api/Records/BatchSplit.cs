using Serverless.Functions.Api.Errors;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Records;

namespace Serverless.Functions.Api.Records;

/// <summary>
/// Cuts a batch of which the log knows a part already: the first try was cut into other batches, by when the records of
/// a stream arrived, or because a limit was another one then.
/// </summary>
internal static class BatchSplit
{
    /// <summary>Cuts a batch in two, or says that there is no memory to do so.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="count">The number of records in the first part.</param>
    /// <param name="appends">What the batch belongs to.</param>
    /// <param name="codecs">For batches that were built here, which are never compressed.</param>
    /// <param name="parts">Takes both parts, the first one on top.</param>
    /// <returns>Null when they were taken.</returns>
    public static Problem? TrySplit(
        in NumberedBatch batch,
        int count,
        PartitionAppends appends,
        ICompression codecs,
        Stack<NumberedBatch> parts)
    {
        var records = batch.Records;
        // Only batches that clients built are compressed, and those bring codecs, whose memory counts.
        if (appends.Codecs?.Admit([records]) is { } refused)
        {
            return refused;
        }

        try
        {
            var (first, second) = RecordBatchSplit.Split(records, count, appends.Codecs ?? codecs);
            parts.Push(new(second, batch.FirstOrdinal + count));
            parts.Push(new(first, batch.FirstOrdinal));
            return null;
        }
        catch (OutOfBytesException)
        {
            return Problem.NoMemory();
        }
        finally
        {
            appends.Codecs?.Release();
        }
    }
}
