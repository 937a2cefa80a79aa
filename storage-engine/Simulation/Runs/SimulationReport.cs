using Serverless.StorageEngine.Simulation.Checking;
using Serverless.StorageEngine.Simulation.Faults;
using Serverless.StorageEngine.Simulation.Histories;

namespace Serverless.StorageEngine.Simulation.Runs;

/// <summary>What came of one run.</summary>
/// <param name="Seed">The seed.</param>
/// <param name="Problems">
/// What is wrong with the run itself: nodes threw what no client can help, or the world is stuck or not healed.
/// </param>
/// <param name="Anomalies">What the checker found.</param>
/// <param name="History">What clients asked and were answered, and what took effect in the stores.</param>
/// <param name="Injected">The faults that struck, in order.</param>
/// <param name="TraceHash">The hash of everything that happened, in order.</param>
/// <param name="Steps">How many callbacks ran.</param>
/// <param name="Time">How much virtual time passed.</param>
/// <param name="Paths">How often each rare path was reached.</param>
public sealed record SimulationReport(
    ulong Seed,
    IReadOnlyList<string> Problems,
    IReadOnlyList<Anomaly> Anomalies,
    History History,
    IReadOnlyList<FaultId> Injected,
    ulong TraceHash,
    long Steps,
    TimeSpan Time,
    IReadOnlyDictionary<string, long> Paths)
{
    /// <summary>Whether anything is wrong.</summary>
    public bool IsBad => Problems.Count + Anomalies.Count > 0;
}
