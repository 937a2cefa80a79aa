using System.Globalization;
using Serverless.Benchmarks.Measuring;

namespace Serverless.Benchmarks.Peers;

/// <summary>A process with all that it has started, as Linux tells of them.</summary>
internal static class ProcessTree
{
    // The fields behind the name in /proc/PID/stat, counted from the state as 0, and the unit of its times.
    private const int Parent = 1;
    private const int UserTime = 11;
    private const int SystemTime = 12;
    private const double TicksPerSecond = 100;

    /// <summary>What they have used so far, together.</summary>
    /// <param name="root">The process's id.</param>
    public static TimeSpan ProcessorTime(int root)
    {
        var ticks = Members(root).Sum(static member =>
            long.Parse(member.Stat[UserTime], CultureInfo.InvariantCulture)
            + long.Parse(member.Stat[SystemTime], CultureInfo.InvariantCulture));
        return TimeSpan.FromSeconds(ticks / TicksPerSecond);
    }

    /// <summary>The most memory that the largest of them had so far, or since that was forgotten, in bytes.</summary>
    /// <param name="root">The process's id.</param>
    public static long MemoryBytesMax(int root) => Members(root).Max(static member => PeakOf(member.Id));

    /// <summary>Forgets the most memory that each of them had.</summary>
    /// <param name="root">The process's id.</param>
    public static void ForgetMemoryPeak(int root) =>
        Members(root).ForEach(static member => MemoryPeak.Forget(member.Id));

    private static List<(int Id, string[] Stat)> Members(int root)
    {
        var all = Directory.EnumerateDirectories("/proc")
            .Select(static path => int.TryParse(Path.GetFileName(path), out var id) ? id : 0)
            .Where(static id => id > 0)
            .Select(static id => (Id: id, Stat: StatOf(id)))
            .Where(static process => process.Stat.Length > 0)
            .ToDictionary(static process => process.Id, static process => process.Stat);
        return [.. all.Where(process => IsBelow(process.Key)).Select(static process => (process.Key, process.Value))];

        bool IsBelow(int id)
        {
            while (id != root && all.TryGetValue(id, out var stat))
            {
                id = int.Parse(stat[Parent], CultureInfo.InvariantCulture);
            }

            return id == root;
        }
    }

    // Empty for a process that has gone meanwhile.
    private static string[] StatOf(int id)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{id}/stat");
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return [];
        }
    }

    private static long PeakOf(int id)
    {
        const string Key = "VmHWM:";
        try
        {
            var line = File.ReadLines($"/proc/{id}/status").FirstOrDefault(static text =>
                text.StartsWith(Key, StringComparison.Ordinal));
            var number = line?[Key.Length..].Replace("kB", "", StringComparison.Ordinal);
            return number is null ? 0 : long.Parse(number, CultureInfo.InvariantCulture) * 1024;
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
