using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Simulation;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.Log;

/// <summary>Logs whose segments lie in several storage accounts.</summary>
public sealed class SpreadLogTests : IDisposable
{
    private static readonly EventLogSettings Spread = new() { SegmentAccounts = ["one", "two", "three"] };

    private readonly SimulatedSegmentStore[] _accounts = [new(), new(), new()];
    private readonly LogWorld _world;
    private readonly Topic _topic = LogWorld.TopicOf(1, ("segment.bytes", "16384"));

    public SpreadLogTests() => _world = new LogWorld
    {
        Store = new SpreadSegmentStore(
            [new("one", _accounts[0]), new("two", _accounts[1]), new("three", _accounts[2])]),
    };

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task New_segments_are_spread_over_all_accounts_and_any_node_reads_through_them()
    {
        await AppendKilobytes(_world.StartNode(Spread), 200);

        var read = await _world.ReadAll(_world.StartNode(Spread), _topic);

        Assert.Equal(Numbers(200), read);
        Assert.All(await NamesAsync(), static names => Assert.NotEmpty(names));
    }

    [Fact]
    public async Task What_was_stored_in_the_only_account_is_read_when_there_are_more_and_goes_on_in_them()
    {
        await AppendKilobytes(_world.StartNode(), 40);
        Assert.Empty((await NamesAsync()).Skip(1).SelectMany(static names => names));

        var later = _world.StartNode(Spread);
        await AppendKilobytes(later, 160, from: 40);

        Assert.Equal(Numbers(200), await _world.ReadAll(later, _topic));
        Assert.All(await NamesAsync(), static names => Assert.NotEmpty(names));
    }

    [Fact]
    public async Task The_order_in_which_accounts_are_listed_does_not_matter_for_what_they_hold()
    {
        await AppendKilobytes(_world.StartNode(Spread), 100);
        using var world = new LogWorld
        {
            Store = new SpreadSegmentStore(
                [new("three", _accounts[2]), new("one", _accounts[0]), new("two", _accounts[1])]),
            Tables = _world.Tables,
        };

        Assert.Equal(Numbers(100), await world.ReadAll(world.StartNode(Spread), _topic));
    }

    [Fact]
    public async Task A_segment_in_an_account_that_no_setting_names_is_unavailable_and_not_gone()
    {
        await AppendKilobytes(_world.StartNode(new() { SegmentAccounts = ["two"] }), 1);
        var store = new SpreadSegmentStore([new("one", _accounts[0])]);
        var segment = Assert.Single((await NamesAsync())[1]);

        var refused = await Assert.ThrowsAsync<StorageUnavailableException>(
            async () => await store.GetLengthAsync(segment, TestContext.Current.CancellationToken));

        Assert.Contains("'two'", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_topic_that_is_deleted_leaves_nothing_in_any_account()
    {
        var node = _world.StartNode(Spread);
        await AppendKilobytes(node, 200);

        await _world.Run(async () =>
        {
            await node.DeleteLogsAsync(_topic.Id, _topic.PartitionCount, CancellationToken.None);
            return true;
        });

        Assert.All(await NamesAsync(), static names => Assert.Empty(names));
    }

    private static string[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(Number)];

    private static string Number(int number) => $"{number:D1000}";

    private async Task AppendKilobytes(EventLog node, int count, int from = 0)
    {
        for (var number = from; number < from + count; number++)
        {
            await _world.Append(node, _topic, Number(number));
        }
    }

    private async Task<List<List<SegmentName>>> NamesAsync()
    {
        var all = new List<List<SegmentName>>();
        foreach (var account in _accounts)
        {
            var names = new List<SegmentName>();
            await foreach (var name in account.ListAsync("", TestContext.Current.CancellationToken))
            {
                names.Add(name);
            }

            all.Add(names);
        }

        return all;
    }
}
