using Serverless.Benchmarks.Measuring;

namespace Serverless.Benchmarks.Scale;

/// <summary>What operations cost at several sizes.</summary>
/// <param name="Log">By records and segments of a partition.</param>
/// <param name="Partitions">By partitions of a topic.</param>
/// <param name="Readers">By readers that wait at the tail of one partition.</param>
internal sealed record ScaleResult(
    IReadOnlyList<(long Records, int Segments, string Operation, ScaleCost Cost)> Log,
    IReadOnlyList<(int Partitions, string Operation, ScaleCost Cost)> Partitions,
    IReadOnlyList<(int Readers, ScaleCost Append, Spread DelayMs)> Readers)
{
    /// <summary>Managed memory that one open partition takes, in bytes.</summary>
    public required double BytesPerOpenLog { get; init; }
}
