using Serverless.Azurite;
using Serverless.Benchmarks.Measuring;
using Serverless.StorageEngine.Records;

namespace Serverless.Benchmarks.Engine;

/// <summary>Produce and fetch through the engine beside the raw store, turn by turn.</summary>
/// <param name="folder">On the disk that is measured.</param>
/// <param name="rounds">Rounds that count.</param>
internal sealed class EngineBenchmark(string folder, int rounds)
{
    /// <summary>Runs the workloads with a text in their names.</summary>
    /// <param name="only">Such as "embedded" or "10,000"; empty for all.</param>
    public async Task<IReadOnlyList<WorkloadResult>> RunAsync(string only)
    {
        var workloads = Chosen.Of(Workload.All, static workload => workload.Name, only);
        await using var azurite = new SharedAzurite();
        var results = new List<WorkloadResult>();
        foreach (var workload in workloads)
        {
            Console.Error.WriteLine($"engine: {workload.Name} (load {Machine.Load()})");
            results.Add(await RunAsync(workload, azurite));
        }

        return results;
    }

    // A shorter round to warm up, then the rounds that count.
    private async Task<WorkloadResult> RunAsync(Workload workload, SharedAzurite azurite)
    {
        var fewest = workload.Partitions * workload.InFlight;
        var some = Math.Max(fewest, workload.Requests / 4 / fewest * fewest);
        await RoundAsync(workload with { Requests = some }, azurite);
        var results = new List<RoundResult>(rounds);
        for (var round = 0; round < rounds; round++)
        {
            results.Add(await RoundAsync(workload, azurite));
        }

        return new WorkloadResult(workload, results);
    }

    // The engine goes first: the raw store gets blocks of the size that it made.
    private async Task<RoundResult> RoundAsync(Workload workload, SharedAzurite azurite)
    {
        RecordBatch[] batches = [];
        var build = await Stopper.MeasureAsync(() =>
        {
            batches = Requests.Build(workload);
            return Task.CompletedTask;
        });
        var bytes = batches[0].Length;
        var round = await LogAsync(workload, batches, build, azurite);
        return await RawAsync(workload, round with { BatchBytes = bytes }, azurite);
    }

    private async Task<RoundResult> LogAsync(
        Workload workload, RecordBatch[] batches, Sample build, SharedAzurite azurite)
    {
        using var operations = new MeterCounter(MeterCounter.StorageOperations);
        using var blocks = new MeterCounter(MeterCounter.Blocks);
        await using var store = await MeasuredStore.OpenAsync(workload.Store, folder, azurite);
        await using var nodes = new LogNodes(store, workload);
        await nodes.CreateAsync();
        var (acks, opened) = (new double[batches.Length], blocks.Total);
        var memory = MemoryPeak.Begin();
        var produce = await Stopper.MeasureAsync(() => nodes.ProduceAsync(batches, acks), operations);
        var round = new RoundResult(
            batches[0].Length,
            blocks.Total - opened,
            build,
            RawProduce: default,
            produce,
            Spread.Of(acks),
            Math.Max(0, MemoryPeak.Read() - memory));
        if (workload.Store == StoreKind.Nothing)
        {
            return round;
        }

        var requestBytes = batches[0].Length;
        Array.Clear(batches);
        await nodes.RestartAsync(opens: workload.OutgrowsCache);
        return round with
        {
            LogFetch = await Stopper.MeasureAsync(() => nodes.FetchAsync(requestBytes), operations),
        };
    }

    private async Task<RoundResult> RawAsync(Workload workload, RoundResult round, SharedAzurite azurite)
    {
        await using var store = await MeasuredStore.OpenAsync(workload.Store, folder, azurite);
        var blocks = (int)Math.Max(1, round.Blocks / workload.Partitions);
        var total = (long)round.BatchBytes * workload.Requests;
        var raw = new RawSegments(
            store.Segments, workload.Partitions, blocks, (int)(total / workload.Partitions / blocks));
        await raw.CreateAsync();
        round = round with { RawProduce = await Stopper.MeasureAsync(raw.ProduceAsync) };
        return workload.Store == StoreKind.Nothing ? round : round with
        {
            BufferedFetch = await Stopper.MeasureAsync(() => raw.FetchAsync(workload.InFlight, keeps: false)),
            RawFetch = await Stopper.MeasureAsync(() => raw.FetchAsync(workload.InFlight, keeps: true)),
        };
    }
}
