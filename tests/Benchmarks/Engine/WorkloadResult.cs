using Serverless.Benchmarks.Measuring;

namespace Serverless.Benchmarks.Engine;

/// <summary>All rounds of a workload, and the medians that a report shows.</summary>
internal sealed record WorkloadResult(Workload Workload, IReadOnlyList<RoundResult> Rounds)
{
    /// <summary>Records that a round moves.</summary>
    public long Records => (long)Workload.RecordsPerRequest * Workload.Requests;

    /// <summary>Bytes of batches that a round moves.</summary>
    public long Bytes => (long)Rounds[0].BatchBytes * Workload.Requests;

    /// <summary>The average size of the engine's blocks, in bytes.</summary>
    public double BlockBytes => Of(round => (double)Bytes / round.Blocks);

    /// <summary>The median of one number over the rounds.</summary>
    public double Of(Func<RoundResult, double> number) => Median.Of(Rounds.Select(number));

    /// <summary>Of the rounds' ratios of the engine's speed to the raw store's: median, least, largest.</summary>
    /// <remarks>Both halves of a ratio were measured within seconds, so that a busy neighbour disturbs both.</remarks>
    public (double Median, double Least, double Largest) Ratio(
        Func<RoundResult, Sample> raw, Func<RoundResult, Sample> log)
    {
        var ratios = Rounds.Select(round => raw(round).Seconds / log(round).Seconds).ToArray();
        return (Median.Of(ratios), ratios.Min(), ratios.Max());
    }
}
