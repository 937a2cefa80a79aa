namespace Serverless.Benchmarks.Measuring;

/// <summary>What one timed piece of work took.</summary>
/// <param name="Seconds">By the wall clock.</param>
/// <param name="CpuSeconds">Of all threads of this process, kernel time included.</param>
/// <param name="AllocatedBytes">On the managed heap, by all threads.</param>
/// <param name="StorageOperations">As the engine counts them; 0 for work that goes past the engine.</param>
internal readonly record struct Sample(double Seconds, double CpuSeconds, long AllocatedBytes, long StorageOperations);
