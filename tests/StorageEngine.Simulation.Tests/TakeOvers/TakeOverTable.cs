using System.Globalization;
using Serverless.StorageEngine.Simulation.World;

namespace Serverless.StorageEngine.Simulation.Tests.TakeOvers;

/// <summary>The table of take-over times that the README holds.</summary>
internal static class TakeOverTable
{
    // The second are as far behind a checkpoint as a log can be.
    private static readonly (int BatchBytes, int Times)[] Logs = [(1_000, 2_000), (350_000, 200)];

    /// <summary>Lets every take-over happen many times and writes what it took.</summary>
    public static void Write(TextWriter target)
    {
        target.WriteLine("| Old leader | New node | KB behind the checkpoint | round trips | calls | p50 ms | p95 ms |");
        target.WriteLine("|---|---|---:|---:|---:|---:|---:|");
        foreach (var (bytes, times) in Logs)
        {
            foreach (var old in Enum.GetValues<OldLeader>())
            {
                foreach (var fresh in Enum.GetValues<NewNode>())
                {
                    target.WriteLine(Row(old, fresh, bytes, times));
                }
            }
        }
    }

    private static string Row(OldLeader old, NewNode fresh, int bytes, int count)
    {
        using var counted = new TakeOver(seed: 1, static _ => TimeSpan.FromMilliseconds(1)) { BatchBytes = bytes };
        var roundTrips = counted.Run(old, fresh).TotalMilliseconds;
        var times = new double[count];
        for (var time = 0; time < count; time++)
        {
            var latency = new StorageLatency(new SeededRandom((ulong)time));
            using var takeOver = new TakeOver((ulong)time, latency.Draw) { BatchBytes = bytes };
            times[time] = takeOver.Run(old, fresh).TotalMilliseconds;
        }

        Array.Sort(times);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {Name(old)} | {Name(fresh)} | {TakeOver.BatchesBefore * bytes / 1_000:N0} | {roundTrips:N0} "
            + $"| {counted.Calls.Count} | {times[count / 2]:N0} | {times[count * 95 / 100]:N0} |");
    }

    private static string Name(OldLeader old) => old switch
    {
        OldLeader.Left => "gave its lease back",
        OldLeader.Silent => "silent, lease run out",
        _ => "lease running (guest)",
    };

    private static string Name(NewNode fresh) => fresh == NewNode.Cold ? "just started" : "had read the log";
}
