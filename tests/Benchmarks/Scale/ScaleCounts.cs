namespace Serverless.Benchmarks.Scale;

/// <summary>What stores were asked.</summary>
/// <param name="Appends">Appends to segments.</param>
/// <param name="Reads">Range reads of segments.</param>
/// <param name="TableOperations">Reads, queries and transactions of rows.</param>
/// <param name="BytesRead">Bytes that both stores handed out.</param>
internal readonly record struct ScaleCounts(long Appends, long Reads, long TableOperations, long BytesRead)
{
    public static ScaleCounts operator -(ScaleCounts one, ScaleCounts other) => new(
        one.Appends - other.Appends,
        one.Reads - other.Reads,
        one.TableOperations - other.TableOperations,
        one.BytesRead - other.BytesRead);
}
