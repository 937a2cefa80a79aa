using Serverless.StorageEngine.Records;

namespace Serverless.Functions.Api.Native.Read;

/// <summary>A part of a batch that a read gives.</summary>
/// <param name="Partition">Its partition.</param>
/// <param name="Batch">The batch.</param>
/// <param name="Offset">The first offset of it that is given.</param>
/// <param name="NextOffset">The offset behind the last one that is given.</param>
internal readonly record struct FetchedBatch(int Partition, RecordBatch Batch, long Offset, long NextOffset)
{
    /// <summary>Goes through the records that are given.</summary>
    /// <param name="compression">The codecs.</param>
    public FetchedRecords Records(ICompression compression) =>
        new(RecordBatchReader.Enumerate(Batch, compression), Offset, NextOffset);
}
