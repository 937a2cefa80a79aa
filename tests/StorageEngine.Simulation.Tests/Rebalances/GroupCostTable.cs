using System.Globalization;
using Serverless.StorageEngine.Simulation.Tests.TakeOvers;
using Serverless.StorageEngine.Simulation.World;

namespace Serverless.StorageEngine.Simulation.Tests.Rebalances;

/// <summary>The table of what requests to a group cost that the README holds.</summary>
internal static class GroupCostTable
{
    private const int Members = 100;
    private const int RecordsEach = 1_000;
    private static readonly TimeSpan Session = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(1);

    /// <summary>Measures every kind of request, of members that pause and of members that do not.</summary>
    public static void Write(TextWriter target)
    {
        target.WriteLine(
            "| Group of 100 | Request | requests per s | table reads each | table transactions each "
            + "| segment reads each | p50 ms | p95 ms |");
        target.WriteLine("|---|---|---:|---:|---:|---:|---:|---:|");
        target.WriteLine(Beats("idle: one each 5 s", Idle, TimeSpan.FromSeconds(60)));
        target.WriteLine(Reads("idle: reads of 1 s that find nothing", records: 0, TimeSpan.FromSeconds(60)));
        target.WriteLine(Commits("idle: one each 5 s", Idle, TimeSpan.FromSeconds(60)));
        target.WriteLine(Beats("busy: one after the other", TimeSpan.Zero, TimeSpan.FromSeconds(5)));
        target.WriteLine(Reads("busy: reads of one record each", RecordsEach, TimeSpan.FromSeconds(5)));
        target.WriteLine(Commits("busy: one after the other", TimeSpan.Zero, TimeSpan.FromSeconds(5)));
    }

    private static string Beats(string how, TimeSpan pause, TimeSpan time) => Measured(
        how,
        "heartbeat",
        records: 0,
        static member => member.BeatOnceAsync(Session),
        static member => member.BeatOnceAsync(Session),
        pause,
        time);

    private static string Reads(string how, int records, TimeSpan time) => Measured(
        how, "read", records, SettleAsync, static member => member.ReadOnceAsync(Wait), TimeSpan.Zero, time);

    private static string Commits(string how, TimeSpan pause, TimeSpan time) => Measured(
        how,
        "commit",
        records: 0,
        static async member =>
        {
            await SettleAsync(member);
            member.Own = (await member.AssignmentAsync()).FirstOrDefault(-1);
        },
        static member => member.CommitOnceAsync(),
        pause,
        time);

    private static async Task SettleAsync(MeasuredMember member) => await member.AssignmentAsync();

    private static string Measured(
        string how,
        string request,
        int records,
        Func<MeasuredMember, Task> settle,
        Func<MeasuredMember, Task> ask,
        TimeSpan pause,
        TimeSpan time)
    {
        using var world = new GroupWorld(1, Members, new StorageLatency(new SeededRandom(1)).Draw);
        return world.Run(async () =>
        {
            await (records > 0 ? world.AppendAsync(records) : Task.CompletedTask);
            var members = Enumerable.Range(0, Members).Select(number => new MeasuredMember(world, number)).ToList();
            await SettleAllAsync(members, request == "heartbeat", settle);
            await Task.WhenAll(members.Select(ask));

            var asked = new List<double>();
            var (reads, transactions, segments) = Calls(world);
            var end = world.Now + time;
            await Task.WhenAll(members.Select(member => RepeatAsync(world, member, ask, pause, end, asked)));

            var (readsAfter, transactionsAfter, segmentsAfter) = Calls(world);
            asked.Sort();
            double count = asked.Count;
            return string.Create(
                CultureInfo.InvariantCulture,
                $"| {how} | {request} | {count / time.TotalSeconds:N0} | {(readsAfter - reads) / count:N2} "
                + $"| {(transactionsAfter - transactions) / count:N2} | {(segmentsAfter - segments) / count:N2} "
                + $"| {asked[asked.Count / 2]:N0} | {asked[asked.Count * 95 / 100]:N0} |");
        });
    }

    // Everyone joins, gives up what others should have, and takes what it should have itself.
    private static async Task SettleAllAsync(
        List<MeasuredMember> members, bool beats, Func<MeasuredMember, Task> settle)
    {
        if (!beats)
        {
            await Task.WhenAll(members.Select(static member => member.JoinAsync()));
        }

        for (var round = 0; round < 4; round++)
        {
            foreach (var member in members)
            {
                await settle(member);
            }
        }
    }

    private static async Task RepeatAsync(
        GroupWorld world,
        MeasuredMember member,
        Func<MeasuredMember, Task> ask,
        TimeSpan pause,
        TimeSpan end,
        List<double> asked)
    {
        await world.PauseAsync(pause);
        while (world.Now < end)
        {
            var began = world.Now;
            await ask(member);
            asked.Add((world.Now - began).TotalMilliseconds);
            await world.Process.Delay(pause);
        }
    }

    private static (long Reads, long Transactions, long Segments) Calls(GroupWorld world) =>
        (world.TableCalls.TableReads, world.TableCalls.TableTransactions, world.SegmentCalls.Reads);
}
