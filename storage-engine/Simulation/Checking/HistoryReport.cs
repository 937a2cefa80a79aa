namespace Serverless.StorageEngine.Simulation.Checking;

/// <summary>What a check found, and what it counted.</summary>
/// <param name="Anomalies">Empty when all promises were kept.</param>
/// <param name="Operations">The operations of the history.</param>
/// <param name="Unknown">Those without a known outcome.</param>
/// <param name="Records">The records that are stored.</param>
/// <param name="ReadAgain">How often a value was returned to a group that had got it before; allowed.</param>
/// <param name="StoredAgain">How many records are repeats that were stored again because their log had forgotten them;
/// allowed.</param>
/// <param name="Kept">How often each thing that keepers do was seen, by name.</param>
public sealed record HistoryReport(
    IReadOnlyList<Anomaly> Anomalies, int Operations, int Unknown, long Records, int ReadAgain, int StoredAgain,
    IReadOnlyDictionary<string, long> Kept);
