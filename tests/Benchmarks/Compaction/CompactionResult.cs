using Serverless.Benchmarks.Measuring;
using Serverless.StorageEngine.Retention;

namespace Serverless.Benchmarks.Compaction;

/// <summary>What one compaction took.</summary>
/// <param name="Workload">What was compacted.</param>
/// <param name="Records">How many records the log had.</param>
/// <param name="Did">What the keeper says it did.</param>
/// <param name="Sample">Time, processor and storage operations.</param>
/// <param name="Before">The process's memory when it began, in bytes.</param>
/// <param name="Peak">The most memory that the process had meanwhile, in bytes.</param>
internal sealed record CompactionResult(
    CompactionWorkload Workload, long Records, KeeperCounts Did, Sample Sample, long Before, long Peak);
