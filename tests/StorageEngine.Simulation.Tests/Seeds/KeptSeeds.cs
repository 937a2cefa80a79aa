using System.Globalization;

namespace Serverless.StorageEngine.Simulation.Tests.Seeds;

/// <summary>The seeds of <c>kept.txt</c>: a number on each line, then what it found.</summary>
internal static class KeptSeeds
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<ulong> All { get; } =
    [
        .. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Seeds", "kept.txt"))
            .Where(static line => line.Length > 0 && !line.StartsWith('#'))
            .Select(static line => ulong.Parse(line.Split(' ')[0], CultureInfo.InvariantCulture)),
    ];
}
