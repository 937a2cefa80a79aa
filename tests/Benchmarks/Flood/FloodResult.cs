using Serverless.Benchmarks.Measuring;

namespace Serverless.Benchmarks.Flood;

/// <summary>What a flood did in each round.</summary>
/// <param name="Kind">The flood.</param>
/// <param name="Runs">Its rounds, with the good clients.</param>
/// <param name="Alone">The good clients in the same rounds without any flood, in the same order.</param>
/// <param name="Itself">The flood in the same rounds without any good client; empty where there is no flood.</param>
internal sealed record FloodResult(
    FloodKind Kind, IReadOnlyList<FloodRun> Runs, IReadOnlyList<FloodRun> Alone, IReadOnlyList<FloodRun> Itself)
{
    /// <summary>The median of something about the rounds.</summary>
    public double Of(Func<FloodRun, double> what) => Median.Of(Runs.Select(what));

    /// <summary>The median of something about the rounds of the flood by itself.</summary>
    public double OfItself(Func<FloodRun, double> what) => Median.Of(Itself.Select(what));

    /// <summary>Of each round, something as a multiple of what it was without a flood.</summary>
    public IReadOnlyList<double> Ratios(Func<FloodRun, double> what) =>
        [.. Runs.Zip(Alone, (run, alone) => what(run) / what(alone))];
}
