using System.Collections.Concurrent;
using System.Text.Json;
using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Simulation;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.Groups;

/// <summary>Several nodes serve one group at once, and every fifth answer of the table is lost.</summary>
public sealed class GroupRaceTests
{
    private const int Nodes = 4;

    private static readonly GroupId Group = Some.Group("g");

    private readonly SimulatedTableStore _tables = new(TimeProvider.System);
    private readonly ConcurrentQueue<string> _twiceOwned = [];
    private int _calls;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task No_partition_is_ever_owned_twice(int seed)
    {
        await CreateTopicAsync(7);
        _tables.Interception.Before = InTurnAsync;
        _tables.Interception.After = async call =>
        {
            await CheckOwnersAsync(call);
            await LoseSomeAnswersAsync(call);
        };

        await Task.WhenAll(Enumerable.Range(0, Nodes).Select(node => ComeAndGoAsync(new Random(seed + (node * 100)))));

        Assert.Empty(_twiceOwned);
        _tables.Interception.After = null;
        var last = Node(new Random(0));
        await last.CreateAsync(Group, Some.Id("last"), Some.Settings(), Token);
        await last.ExecuteAsync(Group, new GroupRequest.Subscribe(Some.Id("last"), Some.Topics("t")), Token);
        for (var poll = 0; poll < 12; poll++)
        {
            var id = poll % 6 == 5 ? Some.Id("last") : Some.Id($"i{poll % 6}");
            await last.ExecuteAsync(Group, new GroupRequest.Poll(id), Token);
        }

        Assert.Equal(7, (await OwnedAsync()).Count());
    }

    [Fact]
    public async Task Reads_of_one_instance_through_all_nodes_take_every_offset_once_or_say_that_they_do_not_know()
    {
        const int Reads = 15;
        var undecided = 0;
        var topic = await CreateTopicAsync(1);
        var (id, partition) = (Some.Id("a"), Some.Partition("t", 0));
        await Node(new Random(0)).CreateAsync(Group, id, Some.Settings(autoCommit: true), Token);
        await Node(new Random(0)).ExecuteAsync(Group, new GroupRequest.Subscribe(id, Some.Topics("t")), Token);
        _tables.Interception.Before = InTurnAsync;
        _tables.Interception.After = LoseSomeAnswersAsync;

        var taken = await Task.WhenAll(Enumerable.Range(0, Nodes).Select(async index =>
        {
            var node = Node(new Random(index));
            var offsets = new List<long>();
            while (offsets.Count < Reads)
            {
                var touched = await node.ExecuteAsync(Group, new GroupRequest.Touch(id), Token);
                var from = Assert.IsType<GroupOutcome.Done>(touched).Instance!.Assignment[partition].Position;
                var move = new PositionMove(partition, topic.Id, from, (from ?? 0) + 1, Uncommitted: true);
                var advance = new GroupRequest.Advance(id, [move], Stamp(index, offsets.Count));
                try
                {
                    if (await node.ExecuteAsync(Group, advance, Token) is GroupOutcome.Done)
                    {
                        offsets.Add(from ?? 0);
                    }
                }
                catch (StorageOutcomeUnknownException)
                {
                    Interlocked.Increment(ref undecided);
                }
            }

            return offsets;
        }));

        var all = taken.SelectMany(one => one).Order().ToArray();
        Assert.Equal(all.Distinct(), all);
        Assert.InRange(all[^1] + 1 - all.Length, 0, undecided);
    }

    private async Task ComeAndGoAsync(Random random)
    {
        var node = Node(random);
        for (var step = 0; step < 30; step++)
        {
            var id = Some.Id($"i{random.Next(5)}");
            await (random.Next(6) switch
            {
                0 => node.CreateAsync(Group, id, Some.Settings(), Token),
                1 => node.ExecuteAsync(Group, new GroupRequest.Subscribe(id, Some.Topics("t")), Token),
                2 => node.ExecuteAsync(Group, new GroupRequest.Subscribe(id, Some.Pattern("t.*")), Token),
                3 => node.ExecuteAsync(Group, new GroupRequest.Leave(id), Token),
                _ => node.ExecuteAsync(Group, new GroupRequest.Poll(id), Token),
            });
        }
    }

    private static long Stamp(int node, int read) => (node * 1000) + read;

    private GroupCoordinator Node(Random random) =>
        new(_tables, Catalog(random), new GroupSettings(), TimeProvider.System, random);

    private TopicCatalog Catalog(Random random) => new(
        _tables,
        static (_, _, _) => ValueTask.CompletedTask,
        new TopicCatalogSettings(),
        TimeProvider.System,
        random);

    private async Task<Topic> CreateTopicAsync(int partitions) => Assert.IsType<TopicCreation.Created>(
        await Catalog(new Random(0)).CreateAsync(Some.Name("t"), partitions, [], validateOnly: false, Token)).Topic;

    // Lets another node go first, so that reads and writes of all nodes interleave.
    private static async ValueTask InTurnAsync(StorageCall call) => await Task.Yield();

    private ValueTask LoseSomeAnswersAsync(StorageCall call) =>
        call.Operation == StorageOperation.ExecuteTransaction && Interlocked.Increment(ref _calls) % 5 == 0
            ? throw new StorageOutcomeUnknownException("The answer was lost.")
            : ValueTask.CompletedTask;

    private async ValueTask CheckOwnersAsync(StorageCall call)
    {
        if (call.Operation == StorageOperation.ExecuteTransaction)
        {
            foreach (var twice in (await OwnedAsync()).GroupBy(static one => one).Where(static one => one.Count() > 1))
            {
                _twiceOwned.Enqueue($"t-{twice.Key}");
            }
        }
    }

    /// <summary>The partitions in the stored assignments of all instances, each as often as it stands there.</summary>
    private async ValueTask<IEnumerable<long>> OwnedAsync()
    {
        var page = await _tables.QueryAsync("group|g", RowRange.Prefix("instance|"), TableLimits.PageRowsMax, Token);
        return page.Rows.SelectMany(static row => JsonDocument.Parse(row.Value).RootElement.GetProperty("assignment")
            .EnumerateArray()
            .SelectMany(static topic => topic.GetProperty("positions").EnumerateArray().Where((_, at) => at % 3 == 0)
                .Select(static index => index.GetInt64())));
    }
}
