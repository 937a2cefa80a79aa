namespace Serverless.Benchmarks.Start;

/// <summary>What one start took.</summary>
/// <param name="ListensMilliseconds">From the start of the process until it said that it listens.</param>
/// <param name="AcknowledgedMilliseconds">From the start, too, until the answer to the first produce.</param>
/// <param name="CpuMilliseconds">Of the process, until that answer.</param>
/// <param name="RestBytes">The process's memory when it has rested.</param>
internal readonly record struct StartRun(
    double ListensMilliseconds, double AcknowledgedMilliseconds, double CpuMilliseconds, long RestBytes);
