using Serverless.Benchmarks.Measuring;

namespace Serverless.Benchmarks.Latency;

/// <summary>Appends to a distant store, of one seed or of several together.</summary>
/// <param name="AcksMs">From each request to its acknowledgement, in milliseconds.</param>
/// <param name="Counts">What was asked of the segments meanwhile.</param>
/// <param name="Seconds">How long that was.</param>
/// <param name="Failed">Requests that were refused because other nodes won too many positions.</param>
internal sealed record AckRun(IReadOnlyList<double> AcksMs, WireCounts Counts, double Seconds, long Failed)
{
    /// <summary>How the acknowledgements spread.</summary>
    public Spread Acks { get; } = Spread.Of(AcksMs);

    /// <summary>The runs of several seeds as one.</summary>
    public static AckRun Together(IReadOnlyList<AckRun> runs) => new(
        [.. runs.SelectMany(static run => run.AcksMs)],
        new WireCounts(
            runs.Sum(static run => run.Counts.Appends),
            runs.Sum(static run => run.Counts.Stored),
            runs.Sum(static run => run.Counts.Reads),
            runs.Sum(static run => run.Counts.BytesStored),
            runs.Sum(static run => run.Counts.Throttled)),
        runs.Sum(static run => run.Seconds),
        runs.Sum(static run => run.Failed));
}
