using Serverless.Benchmarks.Measuring;
using Serverless.StorageEngine.Retention;

namespace Serverless.Benchmarks.Compaction;

/// <summary>The first compaction of a log on disk, by the keeper, as a node does it.</summary>
/// <param name="folder">On the disk that is measured.</param>
/// <param name="mebibytes">The size of the log.</param>
internal sealed class CompactionBenchmark(string folder, int mebibytes)
{
    private static readonly string[] CompressionTypes = ["uncompressed", "producer"];

    /// <summary>Runs both ways of compressing, each over a log of its own.</summary>
    public async Task<IReadOnlyList<CompactionResult>> RunAsync()
    {
        // What is compiled on the way, and pools that fill once, are not paid for by what is measured.
        await RunAsync(CompactionWorkload.Of(Math.Min(mebibytes, 64), CompressionTypes[^1]));
        var results = new List<CompactionResult>();
        foreach (var type in CompressionTypes)
        {
            results.Add(await RunAsync(CompactionWorkload.Of(mebibytes, type)));
        }

        return results;
    }

    private async Task<CompactionResult> RunAsync(CompactionWorkload workload)
    {
        using var operations = new MeterCounter(MeterCounter.StorageOperations);
        await using var log = await CompactedLog.CreateAsync(folder, workload);
        var records = new KeyedRecords(workload.Keys);
        await log.FillAsync(workload, records);

        var did = KeeperCounts.None;
        var before = MemoryPeak.Begin();
        var sample = await Stopper.MeasureAsync(async () => did = await log.CompactAsync(), operations);
        return new CompactionResult(workload, records.Count, did, sample, before, MemoryPeak.Read());
    }
}
