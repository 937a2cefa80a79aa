using Serverless.StorageEngine.Diagnostics;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Simulation.Checking;
using Serverless.StorageEngine.Simulation.Checking.Logs;
using Serverless.StorageEngine.Simulation.Checking.Stored;
using Serverless.StorageEngine.Simulation.World;

namespace Serverless.StorageEngine.Simulation.Runs;

/// <summary>
/// One seed: builds its world, lets clients work while faults strike, heals, reads everything back, and has the history
/// checked. On the calling thread alone; several runs may go on at the same time on threads of their own.
/// </summary>
public static class SimulationRun
{
    /// <summary>Runs a seed to its end.</summary>
    /// <param name="seed">Everything follows from it.</param>
    /// <param name="compression">The codecs.</param>
    /// <param name="options">What is to be otherwise.</param>
    public static SimulationReport Execute(ulong seed, ICompression compression, SimulationOptions options)
    {
        using var meters = new EngineMeters();
        using var counts = new EngineCounts(meters);
        var world = new SimulatedWorld(seed, compression, meters, options);
        var problems = new List<string>();
        try
        {
            world.Run();
        }
        catch (SimulationStuckException stuck)
        {
            problems.Add(stuck.Message);
        }

        problems.AddRange(world.Clients.Defects.Select(static defect => defect.ToString()));
        var verdict = Check(world, compression, complete: problems.Count == 0);
        var paths = PathsOf(world, counts);
        foreach (var (name, count) in verdict.Kept)
        {
            paths[$"keeping: {name}"] = count;
        }

        paths["repeats stored again when forgotten"] = verdict.StoredAgain;
        return new SimulationReport(
            seed,
            problems,
            verdict.Anomalies,
            world.Clients.History,
            world.Plan.Injected,
            world.Scheduler.Trace.Hash,
            world.Scheduler.Steps,
            TimeSpan.FromTicks(world.Scheduler.Now),
            paths);
    }

    private static HistoryReport Check(SimulatedWorld world, ICompression compression, bool complete)
    {
        // The stores answer at once, so nothing is waited for.
        var stored = StoredLog.ReadAsync(
            world.SegmentStore,
            world.TableStore,
            world.Clients.History.Deletions,
            world.Recorded.Carried,
            compression,
            CancellationToken.None);
        var producers = world.Knobs.Nodes.Log.Tuning.Producers;
        var limits = new MemoryLimits(
            producers.BatchesMax, producers.ProducersMax, producers.RequestRunsMax, producers.ExpirationMs);
        return HistoryChecker.Check(
            world.Clients.History, stored.AsTask().GetAwaiter().GetResult(), complete, limits);
    }

    private static SortedDictionary<string, long> PathsOf(SimulatedWorld world, EngineCounts counts)
    {
        var paths = new SortedDictionary<string, long>(StringComparer.Ordinal)
        {
            ["lives of nodes"] = world.Clients.Fleet.Lives,
        };
        foreach (var operation in Enum.GetValues<StorageOperation>())
        {
            paths[$"storage {operation}"] =
                world.SegmentStore.Operations.Count(operation) + world.TableStore.Operations.Count(operation);
        }

        foreach (var (name, count) in counts.Counts)
        {
            paths[name] = count;
        }

        return paths;
    }
}
