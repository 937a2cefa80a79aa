namespace Serverless.Benchmarks.Latency;

/// <summary>
/// How long calls of a storage service take, as a distribution to draw from: log-normal, as services are. Pure.
/// </summary>
/// <param name="AppendMeanMs">The mean of what writes a segment, in milliseconds.</param>
/// <param name="ReadMeanMs">The mean of everything else, rows included, in milliseconds.</param>
/// <param name="Sigma">The standard deviation of the logarithm.</param>
/// <param name="AppendsPerSecondMax">Appends that one blob takes in a second; more are refused.</param>
internal sealed record LatencyModel(double AppendMeanMs, double ReadMeanMs, double Sigma, int AppendsPerSecondMax)
{
    /// <summary>
    /// A hot account in the same region: with 0.4, one call of a hundred takes 2.34 times the mean, which is 35 ms for
    /// an append.
    /// </summary>
    public static LatencyModel Default { get; } =
        new(AppendMeanMs: 15, ReadMeanMs: 8, Sigma: 0.4, AppendsPerSecondMax: 500);

    /// <summary>The median of an append, in milliseconds: what "one append" means in a report.</summary>
    public double AppendMedianMs => MedianOf(AppendMeanMs);

    /// <summary>How long an append or the creation of a segment takes.</summary>
    public TimeSpan Append(Random random) => Draw(AppendMeanMs, random);

    /// <summary>How long any other call takes.</summary>
    public TimeSpan Read(Random random) => Draw(ReadMeanMs, random);

    private double MedianOf(double mean) => mean * Math.Exp(-Sigma * Sigma / 2);

    private TimeSpan Draw(double mean, Random random) =>
        TimeSpan.FromMilliseconds(MedianOf(mean) * Math.Exp(Sigma * Normal(random)));

    // Box and Muller; 1 - x, because the logarithm of 0 is not wanted.
    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
