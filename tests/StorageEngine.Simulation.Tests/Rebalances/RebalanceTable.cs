using System.Globalization;
using Serverless.StorageEngine.Simulation.Tests.TakeOvers;
using Serverless.StorageEngine.Simulation.World;

namespace Serverless.StorageEngine.Simulation.Tests.Rebalances;

/// <summary>The table of rebalances that the README holds: members join one by one, then some are killed.</summary>
internal static class RebalanceTable
{
    public const int Partitions = 100;
    private const int Members = 50;
    private const int Killed = 10;
    private const int Times = 5;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Session = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan Read = TimeSpan.FromSeconds(1);

    /// <summary>Lets everything happen some times and writes what it took.</summary>
    public static void Write(TextWriter target)
    {
        target.WriteLine(
            "| Members | What | times | p50 s | max s | table calls p50 | max | moved | at least "
            + "| without a reader p50 ms | max ms |");
        target.WriteLine("|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
        Write(target, "heartbeats every 5 s", static (member, _) => member.BeatAsync(Interval, Session));
        Write(target, "reads of 1 s", static async (member, _) =>
        {
            await member.JoinAsync();
            await member.PollAsync(Read);
        });
    }

    /// <summary>Members join one by one, each when the group has come to rest; then some die at once.</summary>
    /// <returns>One rebalance for each.</returns>
    public static List<Rebalance> Run(
        GroupWorld world, int members, int killed, Func<MeasuredMember, TimeSpan, Task> live) => world.Run(async () =>
    {
        var all = new List<MeasuredMember>();
        var rebalances = new List<Rebalance>();
        while (all.Count < members)
        {
            await world.PauseAsync(Interval);
            all.Add(new MeasuredMember(world, all.Count));
            var settled = world.Owners.SettleAsync(all.Count, []);
            _ = live(all[^1], Session);
            rebalances.Add(await settled);
        }

        await world.PauseAsync(Interval);
        var dead = all.Where(one => all.IndexOf(one) % (members / Math.Max(1, killed)) == 0).Take(killed).ToList();
        dead.ForEach(static one => one.IsKilled = true);
        rebalances.Add(await world.Owners.SettleAsync(members - dead.Count, [.. dead.Select(static one => one.Name)]));
        return rebalances;
    });

    private static void Write(TextWriter target, string kind, Func<MeasuredMember, TimeSpan, Task> live)
    {
        var (joins, deaths) = (new List<Rebalance>(), new List<Rebalance>());
        for (var time = 0; time < Times; time++)
        {
            using var world = new GroupWorld(
                (ulong)time, Partitions, new StorageLatency(new SeededRandom((ulong)time)).Draw);
            var all = Run(world, Members, Killed, live);
            joins.AddRange(all[1..^1]);
            deaths.Add(all[^1]);
        }

        target.WriteLine(Row(kind, $"one joins (2nd to {Members}th)", joins));
        target.WriteLine(Row(kind, $"{Killed} of {Members} are killed", deaths));
    }

    private static string Row(string kind, string what, List<Rebalance> some)
    {
        var took = Sorted(some, static one => one.Took.TotalSeconds);
        var calls = Sorted(some, static one => one.TableCalls);
        var gaps = Sorted(some, static one => one.LongestGap.TotalMilliseconds);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {kind} | {what} | {some.Count} | {took[took.Length / 2]:N2} | {took[^1]:N2} "
            + $"| {calls[calls.Length / 2]:N0} | {calls[^1]:N0} | {some.Sum(static one => one.Moved):N0} "
            + $"| {some.Sum(static one => one.LeastMoves):N0} | {gaps[gaps.Length / 2]:N0} | {gaps[^1]:N0} |");
    }

    private static double[] Sorted(List<Rebalance> some, Func<Rebalance, double> of) => [.. some.Select(of).Order()];
}
