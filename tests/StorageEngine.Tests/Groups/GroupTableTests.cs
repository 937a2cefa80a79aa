using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Simulation;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Tests.Groups;

/// <summary>Which rows of a group are read, and when those who are silent are noticed.</summary>
public sealed class GroupTableTests
{
    private const int Many = 20;

    private readonly GroupWorld _world = new();

    [Fact]
    public async Task Of_a_large_group_only_the_groups_row_and_the_members_own_are_read()
    {
        var node = await LargeAsync();
        _world.Tables.Operations.Reset();

        await GroupWorld.DoneAsync(node, new GroupRequest.Touch(Member(0)));

        Assert.Equal(2, _world.Tables.Operations.Count(StorageOperation.GetRow));
        Assert.Equal(0, _world.Tables.Operations.Count(StorageOperation.QueryRows));
    }

    [Fact]
    public async Task A_group_of_sixteen_is_read_by_one_query()
    {
        await _world.CreateTopicAsync("t", 16);
        var node = _world.Node();
        await _world.JoinManyAsync(node, 16, "t");
        await GroupWorld.DoneAsync(node, new GroupRequest.Touch(Member(0)));

        var (reads, _) = await _world.CostAsync(() => GroupWorld.DoneAsync(node, new GroupRequest.Touch(Member(0))));

        Assert.Equal(1, reads);
        Assert.Equal(1, _world.Tables.Operations.Count(StorageOperation.QueryRows));
    }

    [Fact]
    public async Task A_node_that_does_not_know_a_large_group_reads_it_whole_once()
    {
        await LargeAsync();
        var other = _world.Node();

        await GroupWorld.DoneAsync(other, new GroupRequest.Touch(Member(0)));
        _world.Tables.Operations.Reset();
        await GroupWorld.DoneAsync(other, new GroupRequest.Touch(Member(1)));

        Assert.Equal(0, _world.Tables.Operations.Count(StorageOperation.QueryRows));
    }

    [Fact]
    public async Task Who_is_silent_in_a_large_group_is_expelled_by_the_first_request_when_its_session_is_over()
    {
        var node = await LargeAsync(except: TimeSpan.FromSeconds(100));
        _world.Time.Advance(TimeSpan.FromSeconds(99));
        await GroupWorld.DoneAsync(node, new GroupRequest.Touch(Member(0)));
        Assert.Equal(Many + 1, (await StateAsync()).Members.Count);

        _world.Time.Advance(TimeSpan.FromSeconds(2));
        await GroupWorld.DoneAsync(node, new GroupRequest.Touch(Member(0)));

        Assert.Equal(Many, await StoredMembersAsync());
    }

    [Fact]
    public async Task A_member_of_a_short_session_that_joined_at_another_node_is_expelled_in_time_as_well()
    {
        var node = await LargeAsync();
        // The last one by name, who gets nothing, so that the node below has nothing to write.
        await GroupWorld.DoneAsync(_world.Node(), GroupWorld.Joining("z", "t") with
        {
            SessionTimeout = TimeSpan.FromSeconds(10),
        });
        await GroupWorld.DoneAsync(node, new GroupRequest.Touch(Member(0)));

        _world.Time.Advance(TimeSpan.FromSeconds(11));
        await GroupWorld.DoneAsync(node, new GroupRequest.Touch(Member(0)));

        Assert.Equal(Many, await StoredMembersAsync());
    }

    [Fact]
    public async Task A_large_group_in_which_all_speak_is_not_read_whole_before_a_session_could_be_over()
    {
        var node = await LargeAsync();
        _world.Time.Advance(TimeSpan.FromSeconds(295));
        _world.Tables.Operations.Reset();

        var seen = await GroupWorld.DoneAsync(node, new GroupRequest.Touch(Member(0)));
        await GroupWorld.DoneAsync(
            node,
            new GroupRequest.Heartbeat(Member(0), seen.Instance!.Epoch, Some.Settings(), Some.Timeout) { Owned = [] });
        Assert.Equal(0, _world.Tables.Operations.Count(StorageOperation.QueryRows));
        _world.Time.Advance(TimeSpan.FromSeconds(10));
        await GroupWorld.DoneAsync(node, new GroupRequest.Touch(Member(0)));

        Assert.Equal(1, _world.Tables.Operations.Count(StorageOperation.QueryRows));
    }

    [Fact]
    public async Task What_another_node_has_changed_is_seen_although_a_group_is_remembered()
    {
        var node = await LargeAsync();
        await GroupWorld.DoneAsync(_world.Node(), new GroupRequest.Leave(Member(1)));

        Assert.Equal(
            GroupError.InstanceNotFound, await GroupWorld.RefusedAsync(node, new GroupRequest.Touch(Member(1))));
        Assert.IsType<GroupOutcome.Done>(
            await node.ExecuteAsync(GroupWorld.Group, GroupWorld.Joining("new", "t"), GroupWorld.Token));
    }

    [Fact]
    public async Task A_member_whose_row_was_not_read_is_read_when_a_request_turns_out_to_need_it()
    {
        var node = await LargeAsync();
        var settings = Some.Settings() with { GroupInstanceId = Some.Id("s") };
        await GroupWorld.JoinAsync(node, "old", Some.Topics("t"), settings);
        await GroupWorld.DoneAsync(node, new GroupRequest.Touch(Member(0)));

        await GroupWorld.DoneAsync(node, new GroupRequest.Create(Some.Id("new"), settings, Some.Timeout, 3));

        Assert.Equal(
            GroupError.InstanceNotFound, await GroupWorld.RefusedAsync(node, new GroupRequest.Touch(Some.Id("old"))));
    }

    private static InstanceId Member(int number) => Some.Id($"m{number:D4}");

    private async Task<GroupCoordinator> LargeAsync(TimeSpan? except = null)
    {
        await _world.CreateTopicAsync("t", Many);
        var node = _world.Node();
        await _world.JoinManyAsync(node, Many, "t");
        if (except is { } session)
        {
            await GroupWorld.DoneAsync(node, GroupWorld.Joining("brief", "t") with { SessionTimeout = session });
        }

        await GroupWorld.DoneAsync(node, new GroupRequest.Touch(Member(0)));
        return node;
    }

    private async Task<GroupState> StateAsync() =>
        (await _world.Node().DescribeAsync(GroupWorld.Group, GroupWorld.Token))!.State;

    // As they stand in the table, without looking at their sessions.
    private async Task<int> StoredMembersAsync()
    {
        var page = await _world.Tables.QueryAsync(
            GroupKeys.Partition(GroupWorld.Group),
            RowRange.Prefix("instance|"),
            TableLimits.PageRowsMax,
            GroupWorld.Token);
        return page.Rows.Count;
    }
}
