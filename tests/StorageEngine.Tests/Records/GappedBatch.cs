using System.Buffers;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Tests.Log;

namespace Serverless.StorageEngine.Tests.Records;

/// <summary>Batches as a compaction leaves them, before the log has given them an offset.</summary>
internal static class GappedBatch
{
    /// <param name="lastOffsetDelta">The last offset that the batch stands for.</param>
    /// <param name="records">The records that are left, each with its offset.</param>
    public static RecordBatch Of(int lastOffsetDelta, params (int OffsetDelta, string Value)[] records)
    {
        var dense = LogWorld.BatchOf([.. records.Select(static one => one.Value)]);
        var (bytes, place) = (new ArrayBufferWriter<byte>(), 0);
        bytes.Write(new byte[RecordBatch.HeaderBytes]);
        var all = new RecordEnumerator(dense, dense.Payload);
        while (all.MoveNext())
        {
            RecordFrame.Copy(all.CurrentBytes, 0, records[place++].OffsetDelta, bytes);
        }

        var header = new RecordBatchHeader(
            0, -1, false, lastOffsetDelta, dense.BaseTimestamp, dense.MaxTimestamp, records.Length);
        return header.Over(CompressionType.None, bytes.WrittenMemory.ToArray());
    }
}
