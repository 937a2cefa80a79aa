namespace Serverless.Benchmarks.Measuring;

/// <summary>How measurements spread: the values that a share of them does not exceed.</summary>
/// <param name="Mean">Of all.</param>
/// <param name="P50">The median.</param>
/// <param name="P99">All but one of a hundred; not a number where there are fewer.</param>
/// <param name="P999">All but one of a thousand; not a number where there are fewer.</param>
internal readonly record struct Spread(double Mean, double P50, double P99, double P999)
{
    /// <summary>The spread of some measurements, in their own unit; all 0 when there are none.</summary>
    public static Spread Of(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0
            ? default
            : new Spread(sorted.Average(), At(sorted, 0.5), Beyond(sorted, 100), Beyond(sorted, 1_000));
    }

    // Fewer values know nothing of one in so many.
    private static double Beyond(double[] sorted, int count) =>
        sorted.Length < count ? double.NaN : At(sorted, 1 - (1.0 / count));

    // The nearest rank: always one of the values.
    private static double At(double[] sorted, double share) =>
        sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Length) - 1, 0, sorted.Length - 1)];
}
