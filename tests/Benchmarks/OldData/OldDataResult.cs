using Serverless.Benchmarks.Measuring;

namespace Serverless.Benchmarks.OldData;

/// <summary>What one workload took, as it was written and copied.</summary>
/// <param name="Workload">The records.</param>
/// <param name="RecordBytes">Bytes of all values.</param>
/// <param name="Written">The segments as they were written.</param>
/// <param name="Copied">Their copy.</param>
/// <param name="Copying">What copying them took.</param>
/// <param name="CopyOperations">The calls that copying them took: reads, parts and the commit.</param>
internal sealed record OldDataResult(
    OldDataWorkload Workload,
    long RecordBytes,
    OldDataReads Written,
    OldDataReads Copied,
    Sample Copying,
    long CopyOperations);

/// <summary>What reading the same records took.</summary>
/// <param name="StoredBytes">The length of the segments.</param>
/// <param name="OnwardBytes">Bytes of a reader that goes through all of them in pages of 1 MiB.</param>
/// <param name="OnwardReads">Its reads of segments.</param>
/// <param name="SingleBytes">Bytes of a reader that has nothing in memory and wants one record; the mean.</param>
/// <param name="SingleReads">Its reads of segments; the mean.</param>
internal sealed record OldDataReads(
    long StoredBytes, long OnwardBytes, long OnwardReads, double SingleBytes, double SingleReads);
