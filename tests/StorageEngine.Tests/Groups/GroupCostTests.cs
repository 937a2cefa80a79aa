using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Offsets;

namespace Serverless.StorageEngine.Tests.Groups;

/// <summary>The table operations that ARCHITECTURE.md names, counted.</summary>
public sealed class GroupCostTests
{
    private readonly GroupWorld _world = new();

    [Theory]
    [InlineData(3, 1)]
    [InlineData(100, 2)]
    public async Task A_request_without_news_costs_only_reads(int members, int reads)
    {
        var node = await StableAsync(members);

        Assert.Equal((reads, 0), await _world.CostAsync(() => PollAsync(node)));
    }

    [Theory]
    [InlineData(3, 1)]
    [InlineData(100, 2)]
    public async Task A_sign_of_life_costs_a_transaction_each_tenth_of_the_session(int members, int reads)
    {
        var node = await StableAsync(members);
        _world.Time.Advance(Some.Timeout / 10);

        // One read more is the topic's row, which a node reads again now and then.
        Assert.Equal((reads + 1, 1), await _world.CostAsync(() => PollAsync(node)));
        Assert.Equal((reads, 0), await _world.CostAsync(() => PollAsync(node)));
    }

    [Fact]
    public async Task A_read_that_returns_records_costs_one_transaction_beside_its_look()
    {
        var node = await StableAsync(3);
        var look = await GroupWorld.DoneAsync(node, new GroupRequest.Poll(Member));
        var (partition, assigned) = look.Instance!.Assignment.First();
        var advance = new GroupRequest.Advance(
            Member, [new PositionMove(partition, assigned.Topic, assigned.Position, 10, Uncommitted: true)], 1);

        Assert.Equal((0, 1), await _world.CostAsync(async () => Assert.IsType<GroupOutcome.Done>(
            await node.ExecuteAsync(GroupWorld.Group, advance, look.View, GroupWorld.Token))));
    }

    [Theory]
    [InlineData(3, 1, 2)]
    [InlineData(100, 1, 3)]
    [InlineData(3, 30, 2)]
    public async Task A_commit_costs_a_transaction_and_one_read_more_for_the_offsets_of_a_topic(
        int members, int partitions, int reads)
    {
        var node = await StableAsync(members, each: 40);
        var owned = (await GroupWorld.DoneAsync(node, new GroupRequest.Touch(Member))).Instance!.Assignment.Keys;
        PartitionOffset[] offsets = [.. owned.Take(partitions).Select(static one => new PartitionOffset(one, 5, ""))];

        Assert.Equal((reads, 1), await _world.CostAsync(async () => Assert.IsType<GroupOutcome.Done>(
            await node.CommitAsync(GroupWorld.Group, Member, offsets, GroupWorld.Token))));
    }

    [Theory]
    [InlineData(3, 1)]
    [InlineData(100, 2)]
    public async Task A_member_that_joins_or_leaves_costs_one_transaction(int members, int reads)
    {
        var node = await StableAsync(members);

        Assert.Equal((reads, 1), await _world.CostAsync(
            () => GroupWorld.DoneAsync(node, GroupWorld.Joining("new", "t"))));
        Assert.Equal((reads, 1), await _world.CostAsync(
            () => GroupWorld.DoneAsync(node, new GroupRequest.Leave(Some.Id("new")))));
    }

    [Fact]
    public async Task The_heartbeats_of_ninety_members_that_meet_at_a_node_cost_one_query_and_one_transaction()
    {
        var node = await StableAsync(100);
        _world.Time.Advance(Some.Timeout / 10);
        await GroupWorld.DoneAsync(node, new GroupRequest.Touch(Some.Id("m0099")));
        var polls = Polls(GroupLimits.RequestsPerStepMax + 1);

        // Beside the step of the first one, which is alone: two rows and a transaction.
        Assert.Equal((3, 2), await _world.CostAsync(() => _world.TogetherAsync(node, polls)));
    }

    private static InstanceId Member => Some.Id("m0000");

    private static Task<GroupOutcome.Done> PollAsync(GroupCoordinator node) =>
        GroupWorld.DoneAsync(node, new GroupRequest.Poll(Member));

    private static List<GroupRequest> Polls(int members) =>
        [.. Enumerable.Range(0, members).Select(static at => new GroupRequest.Poll(Some.Id($"m{at:D4}")))];

    // Every member has what it should have.
    private async Task<GroupCoordinator> StableAsync(int members, int each = 1)
    {
        await _world.CreateTopicAsync("t", members * each);
        var node = _world.Node();
        await _world.JoinManyAsync(node, members, "t");
        for (var round = 0; round < 2; round++)
        {
            await _world.TogetherAsync(node, Polls(members));
        }

        await PollAsync(node);
        return node;
    }
}
