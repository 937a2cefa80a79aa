namespace Serverless.Benchmarks.Latency;

/// <summary>What nodes asked of the segments.</summary>
/// <param name="Appends">Appends, whatever became of them: each is paid for.</param>
/// <param name="Stored">Appends that stored their block.</param>
/// <param name="Reads">Range reads.</param>
/// <param name="BytesStored">Bytes of the blocks that were stored.</param>
/// <param name="Throttled">Appends that were refused because their blob had too many.</param>
internal readonly record struct WireCounts(long Appends, long Stored, long Reads, long BytesStored, long Throttled)
{
    /// <summary>Appends paid for each block that was stored.</summary>
    public double AppendsPerCommit => (double)Appends / Stored;
}
