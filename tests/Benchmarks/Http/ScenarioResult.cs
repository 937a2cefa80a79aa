using Serverless.Benchmarks.Measuring;

namespace Serverless.Benchmarks.Http;

/// <summary>What a scenario took in each round.</summary>
/// <param name="Scenario">The scenario.</param>
/// <param name="Node">The node's rounds.</param>
/// <param name="Bare">The bare server's rounds, in the same order.</param>
/// <param name="Storing">Those of the bare server that stores what it reads; null for reads.</param>
/// <param name="NodeMemoryBytes">The most memory that the node had.</param>
internal sealed record ScenarioResult(
    Scenario Scenario,
    IReadOnlyList<LoadResult> Node,
    IReadOnlyList<LoadResult> Bare,
    IReadOnlyList<LoadResult>? Storing,
    long NodeMemoryBytes)
{
    /// <summary>Of each round, the node's records per second as a part of the bare server's.</summary>
    public IReadOnlyList<double> Shares { get; } = SharesOf(Node, Bare);

    /// <summary>The same of the bare server that stores; null for reads.</summary>
    public IReadOnlyList<double>? StoringShares { get; } = Storing is null ? null : SharesOf(Node, Storing);

    /// <summary>The median of something about the node's rounds.</summary>
    public double OfNode(Func<LoadResult, double> what) => Median.Of(Node.Select(what));

    /// <summary>The same of the bare server's.</summary>
    public double OfBare(Func<LoadResult, double> what) => Median.Of(Bare.Select(what));

    private static double[] SharesOf(IReadOnlyList<LoadResult> node, IReadOnlyList<LoadResult> limit) =>
        [.. node.Zip(limit, static (own, other) => own.RecordsPerSecond / other.RecordsPerSecond)];
}
