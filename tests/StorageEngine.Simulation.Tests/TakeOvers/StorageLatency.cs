using Serverless.StorageEngine.Simulation.World;

namespace Serverless.StorageEngine.Simulation.Tests.TakeOvers;

/// <summary>
/// How long storage calls take: log-normal, with a mean of 15 ms for what writes a segment and 8 ms for everything else.
/// </summary>
/// <param name="random">Draws each call.</param>
internal sealed class StorageLatency(SeededRandom random)
{
    /// <summary>The mean of calls that write a segment, in milliseconds.</summary>
    public const double AppendMs = 15;

    /// <summary>The mean of reads and of calls of the table, in milliseconds.</summary>
    public const double ReadMs = 8;

    /// <summary>
    /// The standard deviation of the logarithm: one call of a hundred takes nearly three times the mean.
    /// </summary>
    public const double Sigma = 0.5;

    /// <summary>One call.</summary>
    public TimeSpan Draw(StorageCall call)
    {
        var mean = call.Operation is StorageOperation.Append or StorageOperation.CreateSegment ? AppendMs : ReadMs;
        var median = mean * Math.Exp(-Sigma * Sigma / 2);
        return TimeSpan.FromMilliseconds(median * Math.Exp(Sigma * Normal()));
    }

    // Box and Muller; 1 - x, because the logarithm of 0 is not wanted.
    private double Normal() =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
