using Serverless.Benchmarks.Measuring;

namespace Serverless.Benchmarks.Peers;

/// <summary>What a load took in all rounds.</summary>
/// <param name="Load">The load.</param>
/// <param name="Runs">Its rounds.</param>
internal sealed record PeerResult(PeerLoad Load, IReadOnlyList<PeerRun> Runs)
{
    /// <summary>The most memory that the system's largest process had in any of the rounds, in bytes.</summary>
    public long MemoryBytesMax => Runs.Max(static run => run.MemoryBytesMax);

    /// <summary>The median of something about the rounds.</summary>
    public double Of(Func<PeerRun, double> what) => Median.Of(Runs.Select(what));
}
