using System.Globalization;
using System.Reflection;
using System.Runtime;
using System.Runtime.InteropServices;

namespace Serverless.Benchmarks.Measuring;

/// <summary>What a reader of a report must know of the machine; nothing that names it.</summary>
internal static class Machine
{
    /// <summary>Processor, cores, memory, disk and runtime, one Markdown item each.</summary>
    /// <param name="folder">Where the measured files lie.</param>
    public static IEnumerable<string> Describe(string folder)
    {
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (1024.0 * 1024 * 1024);
        var architecture = RuntimeInformation.ProcessArchitecture;
        yield return Text($"- Processor: {Environment.ProcessorCount} cores, {architecture}{Model()}");
        yield return Text($"- Memory: {memory:F0} GiB");
        yield return Text($"- Data folder's file system: {FileSystemOf(folder)}");
        var system = RuntimeInformation.OSDescription;
        yield return Text($"- Runtime: {RuntimeInformation.FrameworkDescription} on {system}");
        yield return Text($"- Garbage collector: {(GCSettings.IsServerGC ? "server" : "workstation")}");
    }

    /// <summary>How many threads wanted to run during the last minute, where the system tells.</summary>
    public static string Load() => File.Exists("/proc/loadavg")
        ? File.ReadAllText("/proc/loadavg").Split(' ')[0]
        : "not known";

    /// <summary>The commit that this build was made of, as far as the build knows it.</summary>
    public static string Commit() =>
        typeof(Machine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
            is { } version && version.IndexOf('+', StringComparison.Ordinal) is >= 0 and var plus
            ? version[(plus + 1)..]
            : "not known";

    private static string Model()
    {
        const string Key = "model name";
        const string Processors = "/proc/cpuinfo";
        var line = File.Exists(Processors)
            ? File.ReadLines(Processors).FirstOrDefault(static text => text.StartsWith(Key, StringComparison.Ordinal))
            : null;
        return line is null ? "" : $", {line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim()}";
    }

    // The drive with the longest root that holds the folder is the one that it lies on.
    private static string FileSystemOf(string folder)
    {
        var path = Path.GetFullPath(folder);
        var drive = DriveInfo.GetDrives()
            .Where(drive => path.StartsWith(drive.RootDirectory.FullName, StringComparison.Ordinal))
            .MaxBy(static drive => drive.RootDirectory.FullName.Length);
        return drive is { IsReady: true } ? drive.DriveFormat : "not known";
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
