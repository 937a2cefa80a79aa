using Serverless.Benchmarks.Measuring;

namespace Serverless.Benchmarks.Flights;

/// <summary>All rounds.</summary>
/// <param name="Records">Lines of the stream.</param>
/// <param name="Bytes">Bytes of the stream.</param>
/// <param name="Cold">The first stream of the node's life, whose code the runtime has not compiled yet.</param>
/// <param name="Rounds">In the order they ran.</param>
internal sealed record FlightsResult(int Records, int Bytes, StreamRun Cold, IReadOnlyList<FlightsRound> Rounds)
{
    /// <summary>The median of one number over the rounds.</summary>
    public double Of(Func<FlightsRound, double> number) => Median.Of(Rounds.Select(number));
}
