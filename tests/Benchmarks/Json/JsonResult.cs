using Serverless.Benchmarks.Measuring;

namespace Serverless.Benchmarks.Json;

/// <summary>What one form of body costs.</summary>
/// <param name="Form">The form.</param>
/// <param name="BodyBytes">The length of a body.</param>
/// <param name="Rounds">One pass of the reader over the bodies of a round, and the making of their batches.</param>
internal sealed record JsonResult(string Form, int BodyBytes, IReadOnlyList<(Sample Pass, Sample Batches)> Rounds)
{
    /// <summary>The median of what a round gives.</summary>
    public double Of(Func<(Sample Pass, Sample Batches), double> value) => Median.Of(Rounds.Select(value));
}
