using System.Diagnostics;
using System.Globalization;

namespace Serverless.Benchmarks.Measuring;

/// <summary>The most memory that the process had since a moment: what the system gave it, not what it asked for.</summary>
/// <remarks>On Linux the system is asked to forget the earlier peak; elsewhere the peak is that of the whole run.</remarks>
internal static class MemoryPeak
{
    private const string Self = "/proc/self/clear_refs";

    /// <summary>Gives back what can be given back, begins to count anew, and says what is left in use.</summary>
    public static long Begin()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        Forget(Self);
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }

    /// <summary>Asks the system to forget the earlier peak of another process, where it can.</summary>
    /// <param name="process">The process's id; it may have gone.</param>
    public static void Forget(int process) =>
        Forget(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/clear_refs"));

    /// <summary>The peak since then, in bytes.</summary>
    public static long Read()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }

    private static void Forget(string file)
    {
        if (File.Exists(file))
        {
            File.WriteAllText(file, "5");
        }
    }
}
