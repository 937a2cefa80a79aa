using Serverless.Functions.Api.Bodies;
using Serverless.Functions.Api.Errors;
using Serverless.StorageEngine.Records;

namespace Serverless.Functions.Api.Native.Read;

/// <summary>How far a page goes into a batch.</summary>
/// <param name="NextOffset">Where the next page begins.</param>
/// <param name="Records">How many records it takes; 0 when none is left behind the offset that is read from.</param>
internal readonly record struct BatchCut(long NextOffset, long Records)
{
    /// <summary>Takes as many records as a page has room for.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="from">The first offset that is read; not in front of the batch.</param>
    /// <param name="recordsMax">The most records, at least 1.</param>
    /// <param name="compression">The codecs; used only when the batch has gaps between its offsets and is not taken as
    /// a whole.</param>
    /// <param name="cut">The result.</param>
    /// <returns>Null, or why the batch cannot be looked into now.</returns>
    public static Problem? At(
        RecordBatch batch, long from, long recordsMax, CountedCompression compression, out BatchCut cut)
    {
        if (from == batch.BaseOffset && batch.RecordCount <= recordsMax)
        {
            cut = new(batch.NextOffset, batch.RecordCount);
            return null;
        }

        if (!batch.HasGaps)
        {
            var next = Math.Min(batch.NextOffset, from + recordsMax);
            cut = new(next, next - from);
            return null;
        }

        cut = default;
        if (compression.Admit([batch]) is { } refused)
        {
            return refused;
        }

        cut = Count(batch, from, recordsMax, compression);
        compression.Release();
        return null;
    }

    private static BatchCut Count(RecordBatch batch, long from, long recordsMax, CountedCompression compression)
    {
        var count = 0L;
        foreach (var record in RecordBatchReader.Enumerate(batch, compression))
        {
            if (record.Offset >= from && count++ == recordsMax)
            {
                return new(record.Offset, recordsMax);
            }
        }

        return new(batch.NextOffset, count);
    }
}
