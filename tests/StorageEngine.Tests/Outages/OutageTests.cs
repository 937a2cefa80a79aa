using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Tests.Groups;
using Serverless.StorageEngine.Tests.Log;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.Outages;

/// <summary>
/// Storage is away for three minutes while producers, readers and groups go on: all are refused clearly and served again
/// within a second after the end.
/// </summary>
public sealed class OutageTests : IDisposable
{
    private static readonly TimeSpan Length = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan ServedWithin = TimeSpan.FromSeconds(1);
    private static readonly GroupId Group = Some.Group("g");

    // An append is looked for for ten seconds, each of its last calls may take five more, and so for the group of
    // batches that it waited behind.
    private static readonly TimeSpan RefusedWithin = TimeSpan.FromSeconds(32);

    private static readonly string[] Names = ["a", "b"];

    private readonly LogWorld _world = new() { Step = TimeSpan.FromMilliseconds(10) };
    private readonly List<Client> _clients = [];
    private bool _over;

    public static TheoryData<OutageKind> Kinds => [.. Enum.GetValues<OutageKind>()];

    public void Dispose() => _world.Dispose();

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task After_minutes_without_storage_everyone_is_served_within_a_second(OutageKind kind)
    {
        var outage = new Outage(_world);
        var (first, second) = (_world.StartWholeNode(), _world.StartWholeNode());
        var topic = await SetUpAsync(first);
        var clients = Clients(first, topic, "a").Concat(Clients(second, topic, "b")).ToArray();
        var running = clients.Select(client => _world.Start(client)).ToArray();
        await RunForAsync(TimeSpan.FromSeconds(2));
        Assert.All(_clients, static client => Assert.True(client.Served > 0, client.Name));

        outage.Begin(kind);
        await RunForAsync(Length);
        var began = _world.Time.GetUtcNow() - Length;
        Assert.All(_clients, client => Assert.True(client.Refused > 1, $"{client.Name}: {client.Refused} refusals"));
        Assert.All(_clients, client => Assert.True(client.Longest < RefusedWithin, $"{client.Name}: {client.Longest}"));
        Assert.All(_clients, client => Assert.True(client.LastServed < began + RefusedWithin, client.Name));
        await EndAsync(outage);

        // However the end falls among the tries of those who wait.
        for (var odd = 1; odd <= 5; odd++)
        {
            outage.Begin(kind);
            await RunForAsync(TimeSpan.FromSeconds(8 + (1.3 * odd)));
            await EndAsync(outage);
        }

        _over = true;
        await _world.Finish(Task.WhenAll(running.Select(async one =>
        {
            await one;
            return true;
        })));
    }

    private async Task EndAsync(Outage outage)
    {
        outage.End();
        _clients.ForEach(static client => client.FirstServed = null);
        await RunForAsync(ServedWithin);
        Assert.All(_clients, client => Assert.True(
            client.FirstServed is not null, $"{client.Name} was not served within a second after the end."));
    }

    private async Task<Topic> SetUpAsync(WholeNode node) => await _world.Run(async () =>
    {
        var created = await node.Topics.CreateAsync(
            new NewTopic(Some.Name("t"), 2, []), validateOnly: false, CancellationToken.None);
        foreach (var name in Names)
        {
            await node.Groups.CreateAsync(Group, Some.Id(name), Some.Settings(autoCommit: true), CancellationToken.None);
            await node.Groups.ExecuteAsync(
                Group, new GroupRequest.Subscribe(Some.Id(name), Some.Topics("t")), CancellationToken.None);
        }

        return Assert.IsType<TopicCreation.Created>(created).Topic;
    });

    private IEnumerable<Func<ValueTask>> Clients(WholeNode node, Topic topic, string name)
    {
        var patience = CancellationToken.None;
        yield return ClientOf($"append {name}", async () => Assert.IsType<AppendOutcome.Appended>(
            await node.Log.AppendAsync(topic, 0, LogWorld.BatchOf(name), patience)));
        yield return ClientOf($"fetch {name}", async () =>
        {
            var end = await node.Log.GetOffsetsAsync(topic, 0, patience);
            await node.Log.FetchAsync(topic, 0, end!.Value.HighWatermark, 1_000, patience);
        });
        yield return ClientOf($"wait {name}", async () =>
        {
            var end = await node.Log.GetOffsetsAsync(topic, 0, patience);
            if (!await node.Log.WaitAsync(
                topic, [new PartitionPosition(0, end!.Value.HighWatermark)], TimeSpan.FromSeconds(20), patience))
            {
                throw new StorageUnavailableException("Nothing came.");
            }
        });
        yield return ClientOf($"group {name}", async () => Assert.IsType<ReadOutcome.Records>(await node.Reader.ReadAsync(
            Group,
            Some.Id(name),
            static _ => new ReadRequest(TimeSpan.FromMilliseconds(200), 10_000, static _ => null),
            patience)));
        var number = 0;
        yield return ClientOf($"topic {name}", async () => Assert.IsType<TopicCreation.Created>(
            await node.Topics.CreateAsync(
                new NewTopic(Some.Name($"{name}{number++}"), 1, []), validateOnly: false, patience)));
        yield return ClientOf($"delete {name}", () => DeleteAsync(node, $"gone-{name}{number++}"));
        yield return ClientOf($"look {name}", async () => await node.Topics.FindAsync(Some.Name("missing"), patience));
    }

    // A topic whose records remain is deleted, and later calls remove them: its client has nothing to repeat.
    private static async Task DeleteAsync(WholeNode node, string name)
    {
        var created = Assert.IsType<TopicCreation.Created>(await node.Topics.CreateAsync(
            new NewTopic(Some.Name(name), 1, []), validateOnly: false, CancellationToken.None));
        await node.Log.AppendAsync(created.Topic, 0, LogWorld.BatchOf(name), CancellationToken.None);
        var deleted = await node.Topics.DeleteAsync(created.Topic.Name, CancellationToken.None);
        if (deleted == TopicDeletion.DeletedRecordsRemain)
        {
            throw new StorageUnavailableException("Records remain.");
        }
    }

    private Func<ValueTask> ClientOf(string name, Func<Task> work)
    {
        var client = new Client(name);
        _clients.Add(client);
        return async () =>
        {
            while (!_over)
            {
                var began = _world.Time.GetUtcNow();
                try
                {
                    await work();
                    client.Served++;
                    client.LastServed = _world.Time.GetUtcNow();
                    client.FirstServed ??= client.LastServed;
                }
                catch (Exception exception) when (exception
                    is StorageUnavailableException or StorageOutcomeUnknownException)
                {
                    client.Refused++;
                }

                var took = _world.Time.GetUtcNow() - began;
                client.Longest = took > client.Longest ? took : client.Longest;
                await Task.Delay(TimeSpan.FromMilliseconds(100), _world.Time);
            }
        };
    }

    private Task<bool> RunForAsync(TimeSpan time) => _world.Run(async () =>
    {
        await Task.Delay(time, _world.Time);
        return true;
    });

    private sealed class Client(string name)
    {
        public string Name { get; } = name;

        public int Served { get; set; }

        public int Refused { get; set; }

        public DateTimeOffset? FirstServed { get; set; }

        public DateTimeOffset LastServed { get; set; }

        public TimeSpan Longest { get; set; }
    }
}
