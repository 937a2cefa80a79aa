using Serverless.Benchmarks.Measuring;

namespace Serverless.Benchmarks.Latency;

/// <summary>Readers at one node behind a partition's tail.</summary>
/// <param name="Delays">From the request that wrote a record to each of its readers, in milliseconds.</param>
/// <param name="Reads">Range reads of the node that the readers asked, and of the writer.</param>
/// <param name="Records">Records that came, one a block.</param>
internal sealed record TailRun(Spread Delays, long Reads, long Records);
