using Serverless.Benchmarks.Measuring;
using Serverless.StorageEngine.Simulation;

namespace Serverless.Benchmarks.OldData;

/// <summary>What reading sealed segments costs, as they were written and when a copy stands for them.</summary>
internal sealed class OldDataBenchmark(int rounds)
{
    /// <summary>Bytes of records that lie in sealed segments, at least.</summary>
    public const long RecordBytes = 192L * 1024 * 1024;

    private const int PageBytes = 1024 * 1024;
    private const int Singles = 200;

    /// <summary>Measures one workload; of the times the round with the middle one counts, the counts are the same in
    /// every round.</summary>
    public async Task<OldDataResult> RunAsync(OldDataWorkload workload)
    {
        var results = new List<OldDataResult>();
        for (var round = 0; round < rounds; round++)
        {
            results.Add(await RoundAsync(workload));
        }

        return results.OrderBy(static result => result.Copying.CpuSeconds).ElementAt(results.Count / 2);
    }

    private static async Task<OldDataResult> RoundAsync(OldDataWorkload workload)
    {
        using var log = new OldDataLog();
        await log.FillAsync(workload, RecordBytes);
        var end = await log.SealedEndAsync();
        var written = await ReadAsync(log, end);

        log.Operations.Reset();
        var copying = await Stopper.MeasureAsync(log.CopyAsync);
        var operations = log.Operations.Reads + log.Operations.Count(StorageOperation.StagePart)
            + log.Operations.Count(StorageOperation.CommitSegment);
        var copied = await ReadAsync(log, end);
        return new OldDataResult(
            workload, end * OldDataWorkload.RecordBytes, written, copied, copying, operations);
    }

    private static async Task<OldDataReads> ReadAsync(OldDataLog log, long end)
    {
        var stored = await log.CountAsync();
        await using (var node = log.Open())
        {
            for (var offset = 0L; offset < end;)
            {
                offset = (await log.FetchAsync(node, offset, PageBytes)).NextOffset;
            }
        }

        var (onwardBytes, onwardReads) = (log.Segments.Bytes, log.Segments.Reads);
        await log.CountAsync();
        var random = new Random(1);
        for (var number = 0; number < Singles; number++)
        {
            await using var node = log.Open();
            await log.FetchAsync(node, random.NextInt64(end), bytesMax: 1);
        }

        return new OldDataReads(
            stored,
            onwardBytes,
            onwardReads,
            (double)log.Segments.Bytes / Singles,
            (double)log.Segments.Reads / Singles);
    }
}
