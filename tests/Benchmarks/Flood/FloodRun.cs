using Serverless.Benchmarks.Measuring;

namespace Serverless.Benchmarks.Flood;

/// <summary>What happened while the good clients produced, or a flood ran, or both.</summary>
/// <param name="Seconds">By the wall clock, until the last answer.</param>
/// <param name="Acknowledged">How many requests of the good clients were acknowledged.</param>
/// <param name="Milliseconds">How long that took them.</param>
/// <param name="Answered">How many requests of the flood were answered; all refused, where the node was asked.</param>
/// <param name="Throttled">Those of them that were refused with 429.</param>
/// <param name="CpuSeconds">Of the server that was flooded, or would have been.</param>
/// <param name="MemoryBytesMax">The most memory that the node had meanwhile.</param>
internal sealed record FloodRun(
    double Seconds,
    long Acknowledged,
    Spread Milliseconds,
    long Answered,
    long Throttled,
    double CpuSeconds,
    long MemoryBytesMax)
{
    /// <summary>Of the good clients.</summary>
    public double RecordsPerSecond => Acknowledged * SteadyClient.RecordsPerRequest / Seconds;

    /// <summary>Of the flood.</summary>
    public double AnsweredPerSecond => Answered / Seconds;

    /// <summary>
    /// Microseconds of the server's processor time for each request of the flood, where nobody else asked it.
    /// </summary>
    public double CpuPerAnswered => CpuSeconds / Answered * 1e6;
}
