using Serverless.Benchmarks.Measuring;

namespace Serverless.Benchmarks.Scale;

/// <summary>What an operation costs, on average of many.</summary>
/// <param name="CpuMicros">Processor time of all threads, in microseconds.</param>
/// <param name="AllocatedBytes">On the managed heap.</param>
/// <param name="Appends">Appends to segments.</param>
/// <param name="Reads">Range reads of segments.</param>
/// <param name="TableOperations">Reads, queries and transactions of rows.</param>
/// <param name="BytesRead">Bytes that the stores handed out.</param>
internal readonly record struct ScaleCost(
    double CpuMicros, double AllocatedBytes, double Appends, double Reads, double TableOperations, double BytesRead)
{
    /// <summary>Does something many times and takes the average.</summary>
    /// <param name="node">Whose stores count.</param>
    /// <param name="count">How many times.</param>
    /// <param name="act">What is done, with its number.</param>
    public static async Task<ScaleCost> OfAsync(MemoryNode node, int count, Func<int, ValueTask> act)
    {
        var before = node.Counts;
        var sample = await Stopper.MeasureAsync(async () =>
        {
            for (var number = 0; number < count; number++)
            {
                await act(number);
            }
        });
        var counts = node.Counts - before;
        double Each(double total) => total / count;
        return new ScaleCost(
            Each(sample.CpuSeconds * 1e6),
            Each(sample.AllocatedBytes),
            Each(counts.Appends),
            Each(counts.Reads),
            Each(counts.TableOperations),
            Each(counts.BytesRead));
    }
}
