namespace Serverless.Benchmarks.Measuring;

/// <summary>The middle of a few measurements, which one disturbed round does not move.</summary>
internal static class Median
{
    /// <summary>The middle value; of an even number of values the mean of the two in the middle.</summary>
    /// <param name="values">At least one.</param>
    public static double Of(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        var middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
