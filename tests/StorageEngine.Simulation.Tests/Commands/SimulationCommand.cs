using Serverless.StorageEngine.Compression;
using Serverless.StorageEngine.Simulation.Histories;
using Serverless.StorageEngine.Simulation.Runs;
using Serverless.StorageEngine.Simulation.Tests.Rebalances;
using Serverless.StorageEngine.Simulation.Tests.TakeOvers;

namespace Serverless.StorageEngine.Simulation.Tests.Commands;

/// <summary>The command line: many seeds, or one again.</summary>
internal static class SimulationCommand
{
    private const int BadSeeds = 1;
    private const int Misunderstood = 2;

    private const string Usage =
        """
        dotnet run -c Release --project tests/StorageEngine.Simulation.Tests -- COMMAND [options]

          run --seeds N [--from SEED]    N seeds one after the other, on all cores; the first failing ones are shrunk
              [--threads N]              fewer cores
          replay SEED                    one seed, as often as you like
              [--without KIND,...]       without some kinds of faults
              [--only FAULT,...]         with these faults only
              [--trace FILE]             everything that happened, line by line
              [--history FILE]           what clients asked and were answered, line by line
          take-over                      how long a new node's first append takes
          rebalance                      what it takes when members of a group join and die
          group-cost                     what a heartbeat, a read and a commit of a group take
        """;

    /// <summary>Does what the arguments ask for.</summary>
    /// <returns>0; 1 when a seed failed; 2 when the arguments are not understood.</returns>
    public static int Run(string[] args)
    {
        if (ArgumentReader.Read(args, out var arguments) is { } problem)
        {
            Console.Error.WriteLine($"{problem}\n\n{Usage}");
            return Misunderstood;
        }

        return arguments.Replay is { } seed
            ? Replay(seed, arguments)
            : new LongRun(arguments, Console.Out).Run() ? 0 : BadSeeds;
    }

    /// <summary>Prints how long take-overs take.</summary>
    /// <returns>0.</returns>
    public static int TakeOver()
    {
        TakeOverTable.Write(Console.Out);
        return 0;
    }

    /// <summary>Prints what rebalances take.</summary>
    /// <returns>0.</returns>
    public static int Rebalance()
    {
        RebalanceTable.Write(Console.Out);
        return 0;
    }

    /// <summary>Prints what requests to groups take.</summary>
    /// <returns>0.</returns>
    public static int GroupCost()
    {
        GroupCostTable.Write(Console.Out);
        return 0;
    }

    private static int Replay(ulong seed, CommandArguments arguments)
    {
        using var trace = arguments.TraceFile is { } file ? File.CreateText(file) : null;
        var report = SimulationRun.Execute(
            seed,
            new Codecs(),
            SimulationOptions.Default with { Faults = arguments.Faults, TraceText = trace });
        if (arguments.HistoryFile is { } target)
        {
            using var text = File.CreateText(target);
            HistoryText.Write(report.History, text);
        }

        ReportText.Write(report, Console.Out);
        ReportText.WriteMissed(report, arguments.Faults, Console.Out);
        return report.IsBad ? BadSeeds : 0;
    }
}
