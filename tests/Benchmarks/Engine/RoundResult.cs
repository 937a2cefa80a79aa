using Serverless.Benchmarks.Measuring;

namespace Serverless.Benchmarks.Engine;

/// <summary>One round of a workload.</summary>
/// <param name="BatchBytes">Bytes of a batch.</param>
/// <param name="Blocks">Blocks that the engine made of the requests.</param>
/// <param name="Build">The building of the batches, before anything was sent.</param>
/// <param name="RawProduce">The raw store's appends.</param>
/// <param name="LogProduce">The engine's appends.</param>
/// <param name="AcksMs">How long the requests waited for their acknowledgements.</param>
/// <param name="PeakBytes">The most memory that the process had during the engine's appends, beyond what it had
/// before.</param>
internal sealed record RoundResult(
    int BatchBytes,
    long Blocks,
    Sample Build,
    Sample RawProduce,
    Sample LogProduce,
    Spread AcksMs,
    long PeakBytes)
{
    /// <summary>The raw store's reads into memory that the reader may keep; 0 where nothing is read.</summary>
    public Sample RawFetch { get; init; }

    /// <summary>The raw store's reads into the same buffers again and again.</summary>
    public Sample BufferedFetch { get; init; }

    /// <summary>The engine's fetches, by nodes that had not seen the logs before.</summary>
    public Sample LogFetch { get; init; }
}
