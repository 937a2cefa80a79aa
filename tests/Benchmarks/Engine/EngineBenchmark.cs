using Serverless.Benchmarks.Measuring;
using Serverless.StorageEngine.Records;

namespace Serverless.Benchmarks.Engine;

/// <summary>Produce and fetch through the engine beside the raw store, turn by turn on the same disk.</summary>
internal sealed class EngineBenchmark(string folder, int rounds)
{
    /// <summary>What is measured: large and small records, one request at a time and eight.</summary>
    public static readonly IReadOnlyList<Workload> Workloads =
    [
        new(RecordBytes: 1024, RequestBytes: 1024 * 1024, InFlight: 1, Requests: 192),
        new(RecordBytes: 1024, RequestBytes: 1024 * 1024, InFlight: 8, Requests: 192),
        new(RecordBytes: 100, RequestBytes: 100 * 1024, InFlight: 1, Requests: 512),
        new(RecordBytes: 100, RequestBytes: 100 * 1024, InFlight: 8, Requests: 512),
    ];

    /// <summary>Runs one workload: a shorter round to warm up, then the rounds that count.</summary>
    public async Task<WorkloadResult> RunAsync(Workload workload)
    {
        await RoundAsync(workload with { Requests = workload.Requests / 4 });
        var results = new List<RoundResult>(rounds);
        for (var round = 0; round < rounds; round++)
        {
            results.Add(await RoundAsync(workload));
        }

        return new WorkloadResult(workload, results);
    }

    private async Task<RoundResult> RoundAsync(Workload workload)
    {
        RecordBatch[] batches = [];
        var build = await Stopper.MeasureAsync(() =>
        {
            batches = Requests.Build(workload, workload.Requests);
            return Task.CompletedTask;
        });
        var (bytes, records) = (batches[0].Length, batches[0].RecordCount);
        var (rawProduce, rawFetch) = await RawAsync(workload, batches);
        var (logProduce, logFetch) = await LogAsync(workload, batches);
        return new RoundResult(records, bytes, build, rawProduce, logProduce, rawFetch, logFetch);
    }

    private async Task<(Sample Produce, Sample Fetch)> RawAsync(Workload workload, RecordBatch[] batches)
    {
        await using var raw = await RawStore.CreateAsync(folder);
        var produce = await Stopper.MeasureAsync(() => raw.ProduceAsync(batches, workload.InFlight));
        var fetch = await Stopper.MeasureAsync(
            () => raw.FetchAsync(batches.Length, batches[0].Length, workload.InFlight));
        return (produce, fetch);
    }

    private async Task<(Sample Produce, Sample Fetch)> LogAsync(Workload workload, RecordBatch[] batches)
    {
        using var operations = new StorageOperationCounter();
        await using var log = await LogStore.CreateAsync(folder);
        var produce = await Stopper.MeasureAsync(() => log.ProduceAsync(batches, workload.InFlight), operations);
        await log.RestartAsync();
        var fetch = await Stopper.MeasureAsync(
            () => log.FetchAsync(batches.Length, batches[0].RecordCount, workload.RequestBytes, workload.InFlight),
            operations);
        return produce.StorageOperations > 0 && fetch.StorageOperations > 0
            ? (produce, fetch)
            : throw new InvalidOperationException("The engine's meter counts no storage operations.");
    }
}
