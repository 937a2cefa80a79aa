using Serverless.Benchmarks.CatchUp;
using Serverless.Benchmarks.Compaction;
using Serverless.Benchmarks.Engine;
using Serverless.Benchmarks.Flights;
using Serverless.Benchmarks.Flood;
using Serverless.Benchmarks.Hosting;
using Serverless.Benchmarks.Http;
using Serverless.Benchmarks.Idempotence;
using Serverless.Benchmarks.Json;
using Serverless.Benchmarks.Latency;
using Serverless.Benchmarks.OldData;
using Serverless.Benchmarks.Peers;
using Serverless.Benchmarks.Scale;
using Serverless.Benchmarks.SharedLogs;
using Serverless.Benchmarks.Start;

namespace Serverless.Benchmarks;

/// <summary>The parts of the benchmark.</summary>
internal static class Parts
{
    /// <summary>All of them, in the order of a report.</summary>
    public static IReadOnlyList<Part> All { get; } =
    [
        new("engine", "Engine against the raw store", IsInAll: true, static async (arguments, folder) =>
            EngineReport.Lines(await new EngineBenchmark(folder, arguments.Rounds).RunAsync(arguments.Only))),
        new("latency", "Engine over a distant store", IsInAll: true, static (arguments, _) =>
            Task.FromResult(LatencyReport.Lines(new LatencyBenchmark(arguments.Rounds).Run())))
        {
            Repetition = static arguments =>
                $"{arguments.Rounds} seeds, taken together; for readers and busy partitions one",
        },
        new("scale", "Scale", IsInAll: true, static async (arguments, _) =>
            ScaleReport.Lines(await new ScaleBenchmark(arguments.Rounds == 1 ? 0.1 : 1).RunAsync()))
        {
            Repetition = static _ => "Scale: one round behind a smaller one that warms up",
        },
        new("flights", "Flights over HTTP", IsInAll: true, static async (arguments, folder) =>
            FlightsReport.Lines(await new FlightsBenchmark(folder, arguments.Rounds).RunAsync())),
        new("http", "HTTP against its limit", IsInAll: false, static async (arguments, folder) =>
            HttpReport.Lines(await new HttpBenchmark(folder, arguments.Rounds).RunAsync(arguments.Only))),
        new("json", "Batches from JSON", IsInAll: true, static async (arguments, _) =>
            JsonReport.Lines(await new JsonBenchmark(arguments.Rounds).RunAsync())),
        new("peers", "Peers", IsInAll: false, static async (arguments, folder) =>
            PeersReport.Lines(await new PeersBenchmark(folder, arguments.Rounds).RunAsync(arguments.Only))),
        new("flood", "Good clients beside a flood", IsInAll: false, static async (arguments, folder) =>
            FloodReport.Lines(await new FloodBenchmark(folder, arguments.Rounds).RunAsync(arguments.Only))),
        new("catch-up", "Catching up", IsInAll: false, static async (arguments, folder) =>
            CatchUpReport.Lines(await new CatchUpBenchmark(
                folder, arguments.Mebibytes ?? CatchUpBenchmark.MebibytesDefault).RunAsync(arguments.Only)))
        {
            Repetition = static _ => "One round",
        },
        new("idempotence", "Cost of idempotence", IsInAll: true, IdempotenceAsync),
        new("old-data", "Reading old data", IsInAll: true, OldDataAsync),
        new("shared-logs", "Shared logs", IsInAll: false, SharedLogsAsync)
        {
            Repetition = static _ => "One round",
        },
        new("compaction", "Compaction", IsInAll: false, static async (arguments, folder) =>
            CompactionReport.Lines(await new CompactionBenchmark(
                folder, arguments.Mebibytes ?? CompactionWorkload.MebibytesDefault).RunAsync()))
        {
            Repetition = static _ => "One round, behind a smaller one that warms up",
        },
        new("hosting", "Behind the Azure Functions host", IsInAll: false, static async (arguments, folder) =>
            await new HostingBenchmark(folder, arguments.Rounds).RunAsync(arguments.Apps)),
        new("start", "Start", IsInAll: false, static async (arguments, folder) =>
            StartReport.Lines(await new StartBenchmark(folder, arguments.Rounds).RunAsync(
                StartProgram.Find(arguments.Apps)))),
    ];

    /// <summary>The part with a name, or those of <c>all</c>; empty for any other name.</summary>
    public static IReadOnlyList<Part> Named(string name) =>
        [.. All.Where(part => name == "all" ? part.IsInAll : part.Name == name)];

    private static async Task<IEnumerable<string>> IdempotenceAsync(Arguments arguments, string folder)
    {
        var benchmark = new IdempotenceBenchmark(arguments.Rounds);
        var results = new List<(int, IReadOnlyList<KindRound[]>)>();
        foreach (var records in IdempotenceBenchmark.RecordCounts)
        {
            results.Add((records, await benchmark.RunAsync(records)));
        }

        return IdempotenceReport.Lines(results);
    }

    private static async Task<IEnumerable<string>> OldDataAsync(Arguments arguments, string folder)
    {
        var benchmark = new OldDataBenchmark(arguments.Rounds);
        var results = new List<OldDataResult>();
        foreach (var workload in OldDataWorkload.All)
        {
            results.Add(await benchmark.RunAsync(workload));
        }

        return OldDataReport.Lines(results);
    }

    private static async Task<IEnumerable<string>> SharedLogsAsync(Arguments arguments, string folder)
    {
        var busy = new List<SharedLogsResult>();
        foreach (var partitions in (int[])[1, 10, 100, 1_000])
        {
            foreach (var interval in (int[])[50, 250])
            {
                foreach (var log in (string[])["dedicated", "shared"])
                {
                    busy.Add(await SharedLogsBenchmark.RunBusyAsync(log, partitions, interval));
                }
            }
        }

        var full = new List<(string, Bill, Bill)>();
        foreach (var log in (string[])["dedicated", "shared"])
        {
            var (writing, keeping) = await SharedLogsBenchmark.RunFullAsync(log);
            full.Add((log, writing, keeping));
        }

        return SharedLogsReport.Lines(busy, full);
    }
}
