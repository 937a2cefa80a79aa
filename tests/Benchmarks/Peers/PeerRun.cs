namespace Serverless.Benchmarks.Peers;

/// <summary>What a load took in one round.</summary>
/// <param name="Records">Acknowledged records, or those that were read.</param>
/// <param name="Seconds">By the wall clock, until the last of them.</param>
/// <param name="ServerCpuSeconds">Of all processes of the system.</param>
/// <param name="ClientCpuSeconds">Of this process, the client's threads among them.</param>
/// <param name="MemoryBytesMax">The most memory that the system's largest process had meanwhile.</param>
internal readonly record struct PeerRun(
    long Records, double Seconds, double ServerCpuSeconds, double ClientCpuSeconds, long MemoryBytesMax)
{
    public double RecordsPerSecond => Records / Seconds;

    public double ServerCpuPerMillion => ServerCpuSeconds / Records * 1e6;

    public double ClientCpuPerMillion => ClientCpuSeconds / Records * 1e6;
}
