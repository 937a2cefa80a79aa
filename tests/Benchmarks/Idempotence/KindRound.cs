using Serverless.Benchmarks.Measuring;

namespace Serverless.Benchmarks.Idempotence;

/// <summary>One kind of batches in one round.</summary>
/// <param name="Appends">The appending of all of them.</param>
/// <param name="Repeats">The appending of the last ones once more; null for plain batches.</param>
/// <param name="StoredBytes">What the store holds afterwards.</param>
internal sealed record KindRound(Sample Appends, Sample? Repeats, long StoredBytes);
