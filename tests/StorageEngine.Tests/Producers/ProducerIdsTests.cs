using System.Text;
using CsCheck;
using Serverless.StorageEngine.Producers;
using Serverless.StorageEngine.Simulation;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Tests.Log;

namespace Serverless.StorageEngine.Tests.Producers;

public sealed class ProducerIdsTests
{
    private readonly LogWorld _world = new();
    private int _nodes;

    [Fact]
    public async Task Every_id_is_new_and_has_the_epoch_0()
    {
        var node = Node();

        var (first, second) = (await Allocate(node), await Allocate(node));

        Assert.Equal((new ProducerIdentity(0, 0), new ProducerIdentity(1, 0)), (first, second));
    }

    [Fact]
    public async Task A_node_takes_a_thousand_ids_with_one_write()
    {
        var node = Node();
        _world.Tables.Operations.Reset();

        var ids = await _world.Finish(Task.WhenAll(Enumerable.Range(0, 1_000).Select(_ => Begin(node))));

        Assert.Equal(1_000, ids.Distinct().Count());
        Assert.Equal(1, _world.Tables.Operations.TableTransactions);
    }

    [Fact]
    public async Task Nodes_take_ids_apart_from_each_other_also_behind_the_end_of_a_block()
    {
        var nodes = Enumerable.Range(0, 4).Select(_ => Node()).ToArray();

        var ids = await _world.Finish(Task.WhenAll(
            Enumerable.Range(0, 5_000).Select(number => Begin(nodes[number % nodes.Length]))));

        Assert.Equal(5_000, ids.Select(static identity => identity.Id).Distinct().Count());
    }

    [Fact]
    public async Task A_node_that_starts_anew_hands_out_nothing_that_its_last_life_may_have_handed_out()
    {
        var before = await Allocate(Node());

        var after = await Allocate(Node());

        Assert.Equal((0, 1_000), (before.Id, after.Id));
    }

    [Fact]
    public async Task A_named_producer_gets_the_same_id_with_the_next_epoch_on_any_node()
    {
        var first = await Initialize(Node(), "billing");
        var second = await Initialize(Node(), "billing");
        var other = await Initialize(Node(), "shipping");

        Assert.Equal(first with { Epoch = 1 }, second);
        Assert.NotEqual(first.Id, other.Id);
    }

    [Fact]
    public async Task When_the_epochs_of_a_name_are_used_up_it_gets_a_new_id()
    {
        var node = Node();
        var first = await Initialize(node, "billing");
        await Store("producer|billing", $$"""{"v":1,"id":{{first.Id}},"epoch":32765}""");

        var last = await Initialize(node, "billing");
        var next = await Initialize(node, "billing");

        Assert.Equal(first with { Epoch = 32766 }, last);
        Assert.NotEqual(first.Id, next.Id);
        Assert.Equal(0, next.Epoch);
    }

    [Fact]
    public void However_answers_are_lost_and_nodes_race_nothing_is_handed_out_twice() =>
        Gen.Int[0, 100_000].Sample(
            static seed =>
            {
                using var world = new LogWorld();
                var random = new Random(seed);
                world.Tables.Interception.Before = call => FaultAsync(world, random, call, before: true);
                world.Tables.Interception.After = call => FaultAsync(world, random, call, before: false);
                var nodes = Enumerable.Range(0, 3)
                    .Select(number => new ProducerIds(world.Tables, world.Time, new Random(number)))
                    .ToArray();

                var tries = Enumerable.Range(0, 30)
                    .Select(number => world.Start(() => TryInitializeAsync(nodes[number % 3], $"{number % 2}")));
                var handedOut = world.Finish(Task.WhenAll(tries)).GetAwaiter().GetResult().OfType<ProducerIdentity>();

                Assert.Equal(handedOut.Count(), handedOut.Distinct().Count());
            },
            iter: 100, threads: 1);

    [Fact]
    public async Task Without_storage_nothing_is_handed_out()
    {
        _world.Tables.Interception.Before = static _ => throw new StorageUnavailableException("down");

        await Assert.ThrowsAsync<StorageUnavailableException>(() => Allocate(Node()));
    }

    [Fact]
    public async Task Doubt_that_does_not_end_is_given_up_after_a_bounded_number_of_attempts()
    {
        _world.Tables.Interception.Before = static call =>
            call.Writes ? throw new StorageOutcomeUnknownException("no answer") : ValueTask.CompletedTask;
        _world.Tables.Operations.Reset();

        await Assert.ThrowsAsync<StorageUnavailableException>(() => Allocate(Node()));

        Assert.Equal(ProducerIds.AttemptsMax, _world.Tables.Operations.TableTransactions);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("{\"v\":2,\"next\":7}")]
    [InlineData("null")]
    public async Task Something_else_in_the_row_is_damage(string content)
    {
        await Store("producer-ids", content);

        await Assert.ThrowsAsync<CorruptDataException>(() => Allocate(Node()));
    }

    private static async ValueTask<ProducerIdentity?> TryInitializeAsync(ProducerIds node, string name)
    {
        try
        {
            return await node.InitializeAsync(NameOf(name), CancellationToken.None);
        }
        catch (StorageUnavailableException)
        {
            return null;
        }
    }

    private static async ValueTask FaultAsync(LogWorld world, Random random, StorageCall call, bool before)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(random.Next(1, 400)), world.Time);
        if (random.Next(4) == 0)
        {
            throw call.Writes && (!before || random.Next(2) == 0)
                ? new StorageOutcomeUnknownException("reset")
                : new StorageUnavailableException("busy");
        }
    }

    private static ProducerName NameOf(string text)
    {
        Assert.True(ProducerName.TryParse(text, out var name, out _));
        return name;
    }

    private ProducerIds Node() => new(_world.Tables, _world.Time, new Random(_nodes++));

    private Task<ProducerIdentity> Begin(ProducerIds node) =>
        _world.Start(() => node.AllocateAsync(CancellationToken.None));

    private Task<ProducerIdentity> Allocate(ProducerIds node) => _world.Finish(Begin(node));

    private Task<ProducerIdentity> Initialize(ProducerIds node, string name) =>
        _world.Run(() => node.InitializeAsync(NameOf(name), CancellationToken.None));

    private async Task Store(string key, string content)
    {
        var token = TestContext.Current.CancellationToken;
        var row = await _world.Tables.GetAsync(key, key, token);
        var bytes = Encoding.UTF8.GetBytes(content);
        RowChange change = row is null
            ? new RowChange.Insert(key, bytes)
            : new RowChange.Replace(key, bytes, row.Version);
        Assert.IsType<TableTransaction.Committed>(await _world.Tables.ExecuteAsync(key, [change], token));
    }
}
