using System.Text;
using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Simulation;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Tests.Groups;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.Log;

/// <summary>
/// Whatever nodes do, and however what they do is abandoned, one thread can run all of it: the world of these tests fails
/// when anything comes back from elsewhere, and the same seed must do the same storage calls at the same instants.
/// </summary>
public sealed class OneThreadTests
{
    private static readonly GroupId Group = Some.Group("g");

    private readonly StringBuilder _trace = new();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Group_reads_closes_cancellations_and_take_overs_stay_on_the_one_thread(int seed)
    {
        await LiveAsync(new Random(seed));
        var first = _trace.ToString();
        _trace.Clear();

        await LiveAsync(new Random(seed));

        Assert.Equal(first, _trace.ToString());
        Assert.Contains(nameof(StorageOperation.Append), first);
    }

    private async Task LiveAsync(Random random)
    {
        using var world = new LogWorld();
        world.Segments.Interception.Before = call => DelayAsync(world, random, call);
        world.Tables.Interception.Before = call => DelayAsync(world, random, call);
        var nodes = Enumerable.Range(0, 3).Select(_ => world.StartWholeNode()).ToArray();
        await world.Run(() => nodes[0].Topics.CreateAsync(
            new NewTopic(Some.Name("t"), 3, []), validateOnly: false, CancellationToken.None));

        var clients = Enumerable.Range(0, 9).Select(client => world.Start(
            () => client % 3 == 0 ? ReadAsync(world, nodes, $"i{client}", random) : WriteAsync(world, nodes, random)));
        await world.Finish(Task.WhenAll(clients));

        // A minute without appends, so that whoever comes next takes over.
        world.Time.Advance(TimeSpan.FromMinutes(1));
        var writers = nodes.Select(node => world.Start(() => WriteAsync(world, [node], random)));
        var closes = nodes.Select(node => world.Start(() => CloseAsync(world, node.Log, random)));
        await world.Finish(Task.WhenAll([.. writers, .. closes]));
    }

    private static async ValueTask<bool> WriteAsync(LogWorld world, WholeNode[] nodes, Random random)
    {
        for (var number = 0; number < 20; number++)
        {
            var node = nodes[random.Next(nodes.Length)];
            await AbandonAsync(world, random, async patience =>
            {
                var topic = await node.Topics.FindAsync(Some.Name("t"), patience);
                await node.Log.AppendAsync(topic!, random.Next(3), LogWorld.BatchOf("v"), patience);
                await node.Log.FetchAsync(topic!, random.Next(3), 0, 1_000, patience);
            });
        }

        return true;
    }

    private static async ValueTask<bool> ReadAsync(LogWorld world, WholeNode[] nodes, string name, Random random)
    {
        var id = Some.Id(name);
        for (var number = 0; number < 12; number++)
        {
            var node = nodes[random.Next(nodes.Length)];
            await AbandonAsync(world, random, async patience => await (random.Next(8) switch
            {
                0 => node.Groups.CreateAsync(Group, id, Some.Settings(autoCommit: true), patience),
                1 => node.Groups.ExecuteAsync(Group, new GroupRequest.Subscribe(id, Some.Topics("t")), patience),
                2 => node.Groups.CloseAsync(Group, id, patience),
                3 => ReadAsync(node, id, "missing", patience),
                _ => ReadAsync(node, id, "t", patience),
            }));
        }

        return true;
    }

    private static async ValueTask<GroupOutcome> ReadAsync(
        WholeNode node, InstanceId id, string topic, CancellationToken patience)
    {
        await node.Groups.CreateAsync(Group, id, Some.Settings(autoCommit: true), patience);
        await node.Groups.ExecuteAsync(Group, new GroupRequest.Subscribe(id, Some.Topics(topic)), patience);
        await node.Reader.ReadAsync(
            Group, id, static _ => new ReadRequest(TimeSpan.FromSeconds(1), 1_000, static _ => null), patience);
        return new GroupOutcome.Done(null, []);
    }

    // Half of all clients go away before their answer comes.
    private static async ValueTask AbandonAsync(
        LogWorld world, Random random, Func<CancellationToken, ValueTask> work)
    {
        var wait = TimeSpan.FromMilliseconds(random.Next(2) == 0 ? random.Next(1, 100) : 60_000);
        using var patience = new CancellationTokenSource(wait, world.Time);
        try
        {
            await work(patience.Token);
        }
        catch (Exception exception) when (exception
            is OperationCanceledException or StorageUnavailableException or StorageOutcomeUnknownException)
        {
            // What storage and impatience do to a request is no matter here.
        }
    }

    private static async ValueTask<bool> CloseAsync(LogWorld world, EventLog log, Random random)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(random.Next(100)), world.Time);
        await log.DisposeAsync();
        return true;
    }

    private async ValueTask DelayAsync(LogWorld world, Random random, StorageCall call)
    {
        _trace.AppendLine($"{world.Time.GetUtcNow():O} {call}");
        await Task.Delay(TimeSpan.FromMilliseconds(random.Next(50) == 0 ? 7_000 : random.Next(1, 20)), world.Time);
    }
}
