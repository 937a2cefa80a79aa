using Microsoft.Extensions.Time.Testing;
using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Simulation;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.Groups;

/// <summary>Nodes that know different topics serve one group.</summary>
public sealed class TopicFollowingTests
{
    private static readonly GroupId Group = Some.Group("g");
    private static readonly InstanceId Member = Some.Id("a");

    private readonly FakeTimeProvider _time = new(Some.Noon);
    private readonly SimulatedTableStore _tables;
    private int _seed;

    public TopicFollowingTests() => _tables = new SimulatedTableStore(_time);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_deleted_topic_does_not_come_back_through_a_node_that_remembers_it()
    {
        await CreateAsync("t1");
        await CreateAsync("t2");
        var (old, fresh) = (Node(), Node());
        await old.CreateAsync(Group, Member, Some.Settings(), Token);
        await old.ExecuteAsync(Group, new GroupRequest.Subscribe(Member, Some.Pattern("t.*")), Token);
        await Catalog().DeleteAsync(Some.Name("t2"), Token);
        await fresh.ExecuteAsync(Group, new GroupRequest.Poll(Member), Token);
        var before = (await fresh.DescribeAsync(Group, Token))!.State;

        await old.ExecuteAsync(Group, new GroupRequest.Poll(Member), Token);

        var after = (await fresh.DescribeAsync(Group, Token))!.State;
        Assert.Equal(["t1"], after.Topics.Keys);
        Assert.Equal(before.Epoch, after.Epoch);
    }

    [Fact]
    public async Task A_new_topic_stays_although_another_node_has_not_seen_it()
    {
        await CreateAsync("t1");
        var (old, fresh) = (Node(), Node());
        await old.CreateAsync(Group, Member, Some.Settings(), Token);
        await old.ExecuteAsync(Group, new GroupRequest.Subscribe(Member, Some.Pattern("t.*")), Token);
        await CreateAsync("t2");
        await fresh.ExecuteAsync(Group, new GroupRequest.Poll(Member), Token);

        await old.ExecuteAsync(Group, new GroupRequest.Poll(Member), Token);

        Assert.Equal(["t1", "t2"], (await fresh.DescribeAsync(Group, Token))!.State.Topics.Keys);
    }

    private async Task CreateAsync(string name) => Assert.IsType<TopicCreation.Created>(
        await Catalog().CreateAsync(Some.Name(name), 2, [], validateOnly: false, Token));

    private GroupCoordinator Node() => new(_tables, Catalog(), new GroupSettings(), _time, new Random(++_seed));

    private TopicCatalog Catalog() => new(
        _tables, static (_, _, _) => ValueTask.CompletedTask, new TopicCatalogSettings(), _time, new Random(++_seed));
}
