using System.Diagnostics;
using System.Reflection;
using Serverless.Benchmarks.Http;
using Serverless.Benchmarks.Measuring;
using Serverless.Benchmarks.Peers;

namespace Serverless.Benchmarks;

/// <summary>The command line: what is measured, where, how often, and where the report goes.</summary>
internal static class Command
{
    private const string Usage =
        """
        dotnet run -c Release --project tests/Benchmarks -- PART|all [options]

          engine            produce and fetch through the engine beside the raw store
          latency           the engine over a model of a distant store, in simulated time
          scale             what operations cost as partitions, topics and readers grow, in memory
          flights           20,000 flights over HTTP beside the raw store and one pass of the JSON reader
          http              each form of produce and read beside a bare server that gets and gives the same bytes
          json              bodies of records made into batches beside one pass of the JSON reader, in memory
          peers             NATS JetStream, Redis Streams, RabbitMQ and a mock of Kafka, installed and started for it
          flood             producers with keys beside floods of requests without, and with wrong keys and forged tokens
          catch-up          memory of a node that has just started and serves 1 GiB from its beginning
          idempotence       batches that may be repeated beside batches that may not, in memory
          old-data          reading sealed segments as they were written and copied, in memory
          shared-logs       what partitions cost that share a log, in memory
          compaction        the keeper's compaction of a log of 4 GiB with 10 million keys
          hosting           start and requests of published programs behind a double of the Azure Functions host
          start             process start to first acknowledged produce: plain build, and what infra/publish.sh made
          all               all but http, peers, flood, catch-up, shared-logs, compaction, hosting and start

          --report FILE     write the report there as well (Markdown)
          --data DIR        the disk to measure; the default is the folder for temporary files
          --rounds N        rounds that count, 1 to 99; the default is 5; shared-logs, compaction and catch-up have one
          --mib N           the size of the log to compact or read, 16 or more; the defaults are 4096 and 1024
          --only TEXT       of http and catch-up the forms, of flood the floods, of peers the systems or loads, of engine the workloads, with
                            this in their name, such as NDJSON, Redis, reading or embedded
          --app NAME=DIR    a program that was published to DIR; for hosting at least one, for start any number
        """;

    /// <summary>Runs what the arguments ask for.</summary>
    /// <returns>0, or 2 when the arguments ask for nothing that is known.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        switch (args)
        {
            case [BareServer.Command, .. var folder]:
                await BareServer.RunAsync(folder.FirstOrDefault());
                return 0;
            case [MockBroker.Command]:
                await MockBroker.RunAsync();
                return 0;
        }

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
        try
        {
            foreach (var part in Parts.Named(arguments.What))
            {
                report.Add(part, await part.RunAsync(arguments, scratch.Path));
            }
        }
        catch (ArgumentException nothing) when (nothing.ParamName == "only")
        {
            Console.Error.WriteLine(nothing.Message);
            return 2;
        }

        report.Write();
        return 0;
    }

    private static bool IsDebugBuild =>
        typeof(Command).Assembly.GetCustomAttribute<DebuggableAttribute>() is { IsJITOptimizerDisabled: true };
}
