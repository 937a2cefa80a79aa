using Serverless.StorageEngine.Compression;
using Serverless.StorageEngine.Simulation.Runs;

namespace Serverless.StorageEngine.Simulation.Tests.Commands;

/// <summary>Runs many seeds on several threads, each seed on one of them alone.</summary>
internal static class SeedRunner
{
    // A run's continuations go on one inside the other; a chain of them can be long.
    private const int StackBytes = 16 * 1024 * 1024;

    /// <summary>Runs seeds and hands on each report as it comes.</summary>
    /// <param name="seeds">Which.</param>
    /// <param name="threads">How many at the same time.</param>
    /// <param name="take">Is given one report at a time.</param>
    public static void Run(IReadOnlyList<ulong> seeds, int threads, Action<SimulationReport> take)
    {
        var next = -1;
        var gate = new Lock();
        var count = Math.Min(threads, seeds.Count);
        var workers = Enumerable.Range(0, count).Select(_ => new Thread(Work, StackBytes)).ToList();
        workers.ForEach(static worker => worker.Start());
        workers.ForEach(static worker => worker.Join());

        void Work()
        {
            for (var at = Interlocked.Increment(ref next); at < seeds.Count; at = Interlocked.Increment(ref next))
            {
                var report = SimulationRun.Execute(seeds[at], new Codecs(), SimulationOptions.Default);
                lock (gate)
                {
                    take(report);
                }
            }
        }
    }
}
