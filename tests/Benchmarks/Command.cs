using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using Serverless.Benchmarks.Compaction;
using Serverless.Benchmarks.Engine;
using Serverless.Benchmarks.Flights;
using Serverless.Benchmarks.Hosting;
using Serverless.Benchmarks.Idempotence;
using Serverless.Benchmarks.Measuring;
using Serverless.Benchmarks.OldData;
using Serverless.Benchmarks.SharedLogs;

namespace Serverless.Benchmarks;

/// <summary>The command line: what is measured, where, how often, and where the report goes.</summary>
internal static class Command
{
    private const string Usage =
        """
        dotnet run -c Release --project tests/Benchmarks -- engine|flights|idempotence|old-data|shared-logs|compaction|hosting|all [options]

          engine            produce and fetch through the engine beside the raw store
          flights           20,000 flights over HTTP beside the raw store and one pass of the JSON reader
          idempotence       batches that may be repeated beside batches that may not, in memory
          old-data          reading sealed segments as they were written and copied, in memory
          shared-logs       what partitions cost that share a log, in memory
          compaction        the keeper's compaction of a log of 4 GiB with 10 million keys
          hosting           start and requests of published programs behind a double of the Azure Functions host
          all               all of them but shared-logs, compaction and hosting

          --report FILE     write the report there as well (Markdown)
          --data DIR        the disk to measure; the default is the folder for temporary files
          --rounds N        rounds that count, 1 to 99; the default is 5; compaction has one
          --mib N           the size of the log to compact, 16 or more; the default is 4096
          --app NAME=DIR    a program that was published to DIR; hosting takes one or more
        """;

    /// <summary>Runs what the arguments ask for.</summary>
    /// <returns>0, or 2 when the arguments ask for nothing that is known.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        if (Arguments.Parse(args) is not { } arguments)
        {
            Console.Error.WriteLine(Usage);
            return 2;
        }

        if (IsDebugBuild)
        {
            Console.Error.WriteLine("This is a debug build, whose numbers mean nothing. Run it with -c Release.");
            return 2;
        }

        using var scratch = new ScratchFolder(arguments.Folder);
        var report = new Report(arguments, scratch.Path);
        if (arguments.RunsEngine)
        {
            report.Add("# Engine against the raw store", await EngineAsync(arguments, scratch.Path));
        }

        if (arguments.RunsFlights)
        {
            var result = await new FlightsBenchmark(scratch.Path, arguments.Rounds).RunAsync();
            report.Add("# Flights over HTTP", FlightsReport.Lines(result));
        }

        if (arguments.RunsIdempotence)
        {
            report.Add("# Cost of idempotence", await IdempotenceAsync(arguments));
        }

        if (arguments.RunsOldData)
        {
            report.Add("# Reading old data", await OldDataAsync(arguments));
        }

        if (arguments.RunsSharedLogs)
        {
            report.Add("# Shared logs", await SharedLogsAsync());
        }

        if (arguments.RunsCompaction)
        {
            var results = await new CompactionBenchmark(scratch.Path, arguments.Mebibytes).RunAsync();
            report.Add("# Compaction", CompactionReport.Lines(results));
        }

        if (arguments.RunsHosting)
        {
            var benchmark = new HostingBenchmark(scratch.Path, arguments.Rounds);
            report.Add("# Behind the Azure Functions host", await benchmark.RunAsync(arguments.Apps));
        }

        report.Write();
        return 0;
    }

    private static bool IsDebugBuild =>
        typeof(Command).Assembly.GetCustomAttribute<DebuggableAttribute>() is { IsJITOptimizerDisabled: true };

    private static async Task<IEnumerable<string>> IdempotenceAsync(Arguments arguments)
    {
        var benchmark = new IdempotenceBenchmark(arguments.Rounds);
        var results = new List<(int, IReadOnlyList<KindRound[]>)>();
        foreach (var records in IdempotenceBenchmark.RecordCounts)
        {
            results.Add((records, await benchmark.RunAsync(records)));
        }

        return IdempotenceReport.Lines(results);
    }

    private static async Task<IEnumerable<string>> OldDataAsync(Arguments arguments)
    {
        var benchmark = new OldDataBenchmark(arguments.Rounds);
        var results = new List<OldDataResult>();
        foreach (var workload in OldDataWorkload.All)
        {
            results.Add(await benchmark.RunAsync(workload));
        }

        return OldDataReport.Lines(results);
    }

    private static async Task<IEnumerable<string>> SharedLogsAsync()
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

    private static async Task<IEnumerable<string>> EngineAsync(Arguments arguments, string folder)
    {
        var benchmark = new EngineBenchmark(folder, arguments.Rounds);
        var results = new List<WorkloadResult>();
        foreach (var workload in EngineBenchmark.Workloads)
        {
            Console.Error.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{workload.Name} (load {Machine.Load()})"));
            results.Add(await benchmark.RunAsync(workload));
        }

        return EngineReport.Lines(results);
    }
}
