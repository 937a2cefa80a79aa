namespace Serverless.Benchmarks.Http;

/// <summary>What a load took.</summary>
/// <param name="Requests">Answered requests that brought or got records.</param>
/// <param name="Records">Their records.</param>
/// <param name="Bytes">Of requests and of the bodies of answers.</param>
/// <param name="Seconds">By the wall clock, from the first request to the last answer.</param>
/// <param name="ServerCpuSeconds">Of the server's process.</param>
/// <param name="ClientCpuSeconds">Of this process.</param>
/// <param name="MedianMilliseconds">Half of the requests were answered in that time.</param>
/// <param name="P99Milliseconds">99 of 100 were.</param>
internal sealed record LoadResult(
    long Requests,
    long Records,
    long Bytes,
    double Seconds,
    double ServerCpuSeconds,
    double ClientCpuSeconds,
    double MedianMilliseconds,
    double P99Milliseconds)
{
    public double RecordsPerSecond => Records / Seconds;

    public double RequestsPerSecond => Requests / Seconds;

    public double MegabytesPerSecond => Bytes / Seconds / 1e6;

    /// <summary>Seconds of the server's processor time per million records, which are as many µs a record.</summary>
    public double ServerCpuPerMillion => ServerCpuSeconds / Records * 1e6;

    public double ClientCpuPerMillion => ClientCpuSeconds / Records * 1e6;
}
