namespace Serverless.Benchmarks.Latency;

/// <summary>All scenarios over a distant store.</summary>
/// <param name="Raw">One append after the other, past the engine.</param>
/// <param name="Alone">One node, by what its clients do.</param>
/// <param name="Contended">Nodes that write one partition.</param>
/// <param name="Readers">Readers that follow one partition at another node than its leader's.</param>
/// <param name="Busy">Partitions that always have something waiting, beside as many blobs that get blocks of the same size.</param>
internal sealed record LatencyResult(
    AckRun Raw,
    IReadOnlyList<(string Name, AckRun Run)> Alone,
    IReadOnlyList<(int Nodes, int IntervalMs, AckRun Run)> Contended,
    IReadOnlyList<(int Readers, TailRun Run)> Readers,
    IReadOnlyList<(BusyLoad Load, AckRun Log, AckRun Raw)> Busy)
{
    /// <summary>The run of the nodes that a target names.</summary>
    public AckRun ContendedBy(int nodes, int intervalMs) =>
        Contended.First(one => (one.Nodes, one.IntervalMs) == (nodes, intervalMs)).Run;
}
