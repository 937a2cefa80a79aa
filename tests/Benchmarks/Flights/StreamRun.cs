namespace Serverless.Benchmarks.Flights;

/// <summary>One stream over HTTP.</summary>
/// <param name="Seconds">From the first byte sent to the answer that everything is durable.</param>
/// <param name="HostCpuSeconds">What the node's process used meanwhile.</param>
/// <param name="Appends">Appends to segments.</param>
/// <param name="StorageOperations">All storage operations, the appends included.</param>
internal sealed record StreamRun(double Seconds, double HostCpuSeconds, long Appends, long StorageOperations);
