using System.Diagnostics;

namespace Serverless.Benchmarks.Measuring;

/// <summary>Times work that runs alone in this process.</summary>
internal static class Stopper
{
    /// <summary>Runs <paramref name="work"/> on a clean heap and says what it took.</summary>
    /// <param name="work">Ends when its last answer is there.</param>
    /// <param name="operations">Counts what the engine asks of the store, or null where no engine takes part.</param>
    public static async Task<Sample> MeasureAsync(Func<Task> work, MeterCounter? operations = null)
    {
        // What came before, such as the building of batches, must not be paid for here.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();

        using var process = Process.GetCurrentProcess();
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var counted = operations?.Total ?? 0;
        var cpu = process.TotalProcessorTime;
        var started = Stopwatch.GetTimestamp();

        await work();

        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        process.Refresh();
        return new Sample(
            seconds,
            (process.TotalProcessorTime - cpu).TotalSeconds,
            GC.GetTotalAllocatedBytes(precise: true) - allocated,
            (operations?.Total ?? 0) - counted);
    }
}
