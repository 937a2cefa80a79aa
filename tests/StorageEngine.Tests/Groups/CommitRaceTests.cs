using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Offsets;
using Serverless.StorageEngine.Simulation;

namespace Serverless.StorageEngine.Tests.Groups;

/// <summary>Commits during which somebody else changes who has what, and commits of many offsets.</summary>
public sealed class CommitRaceTests
{
    private static readonly InstanceId A = Some.Id("a");
    private static readonly InstanceId B = Some.Id("b");

    private readonly GroupWorld _world = new();

    [Fact]
    public async Task A_partition_that_finds_an_owner_during_a_commit_of_another_is_not_committed()
    {
        await _world.CreateTopicAsync("t", 2);
        var node = _world.Node();
        await GroupWorld.JoinAsync(node, "a", Some.Topics("t"));
        await GroupWorld.JoinAsync(node, "b", Some.Topics("t"));
        await GroupWorld.DoneAsync(node, new GroupRequest.Poll(A));
        BeforeTransaction(() => GroupWorld.DoneAsync(_world.Node(), new GroupRequest.Poll(B)));

        var outcome = await CommitAsync(node, A, null, GroupWorld.Offset("t", 1, 5));

        Assert.Equal(GroupError.Fenced, Assert.IsType<GroupOutcome.Refused>(outcome).Error);
        Assert.Null(await _world.CommittedAsync("t", 1));
    }

    [Fact]
    public async Task A_member_that_gives_a_partition_up_while_it_commits_commits_nothing_of_it()
    {
        await _world.CreateTopicAsync("t", 2);
        var node = _world.Node();
        await GroupWorld.JoinAsync(node, "a", Some.Topics("t"));
        await GroupWorld.JoinAsync(node, "b", Some.Topics("t"));
        BeforeTransaction(async () =>
        {
            await GroupWorld.DoneAsync(_world.Node(), new GroupRequest.Poll(A));
            await GroupWorld.DoneAsync(_world.Node(), new GroupRequest.Poll(B));
        });

        var outcome = await CommitAsync(node, A, null, GroupWorld.Offset("t", 1, 5));

        Assert.Equal(GroupError.Fenced, Assert.IsType<GroupOutcome.Refused>(outcome).Error);
        Assert.Null(await _world.CommittedAsync("t", 1));
    }

    [Fact]
    public async Task Offsets_that_are_set_while_a_member_comes_are_refused()
    {
        await _world.CreateTopicAsync("t", 1);
        var node = _world.Node();
        BeforeTransaction(() => GroupWorld.JoinAsync(_world.Node(), "a", Some.Topics("t")));

        var outcome = await node.AlterOffsetsAsync(
            GroupWorld.Group, [GroupWorld.Offset("t", 0, 5)], [], onlyIfEmpty: false, GroupWorld.Token);

        Assert.Equal(GroupError.GroupNotEmpty, Assert.IsType<GroupOutcome.Refused>(outcome).Error);
        Assert.Null(await _world.CommittedAsync("t", 0));
    }

    [Fact]
    public async Task Offsets_are_set_and_forgotten_however_many_they_are()
    {
        const int Many = (2 * GroupLimits.OffsetsPerTransactionMax) + 1;
        await _world.CreateTopicAsync("t", Many);
        var node = _world.Node();
        PartitionOffset[] offsets = [.. Enumerable.Range(0, Many).Select(static at => GroupWorld.Offset("t", at, 5))];

        Assert.IsType<GroupOutcome.Done>(await node.AlterOffsetsAsync(
            GroupWorld.Group, offsets, [], onlyIfEmpty: false, GroupWorld.Token));
        Assert.Equal(5, await _world.CommittedAsync("t", Many - 1));
        Assert.IsType<GroupOutcome.Done>(await node.AlterOffsetsAsync(
            GroupWorld.Group,
            [],
            [.. offsets.Select(static one => one.Partition)],
            onlyIfEmpty: true,
            GroupWorld.Token));

        Assert.Empty((await node.DescribeAsync(GroupWorld.Group, GroupWorld.Token))!.Offsets);
    }

    [Fact]
    public async Task A_commit_under_an_epoch_holds_for_all_of_its_offsets()
    {
        const int Many = GroupLimits.OffsetsPerTransactionMax + 1;
        await _world.CreateTopicAsync("t", Many);
        var node = _world.Node();
        var joined = await GroupWorld.DoneAsync(node, GroupWorld.Joining("a", "t"));
        await GroupWorld.DoneAsync(node, GroupWorld.Joining("b", "t"));
        PartitionOffset[] offsets = [.. Enumerable.Range(0, Many).Select(static at => GroupWorld.Offset("t", at, 5))];

        Assert.IsType<GroupOutcome.Done>(await CommitAsync(node, A, joined.Instance!.Epoch, offsets));

        Assert.Equal(5, await _world.CommittedAsync("t", Many - 1));
    }

    [Fact]
    public async Task A_commit_under_a_stale_epoch_stores_nothing()
    {
        await _world.CreateTopicAsync("t", 2);
        var node = _world.Node();
        var joined = await GroupWorld.DoneAsync(node, GroupWorld.Joining("a", "t"));
        await GroupWorld.DoneAsync(node, GroupWorld.Joining("b", "t"));
        await GroupWorld.DoneAsync(
            node,
            new GroupRequest.Heartbeat(A, joined.Instance!.Epoch, Some.Settings(), Some.Timeout)
            {
                Owned = [Some.Partition("t", 0)],
            });

        var outcome = await CommitAsync(node, A, joined.Instance!.Epoch, GroupWorld.Offset("t", 0, 5));

        Assert.Equal(GroupError.StaleMemberEpoch, Assert.IsType<GroupOutcome.Refused>(outcome).Error);
        Assert.Null(await _world.CommittedAsync("t", 0));
    }

    [Fact]
    public async Task A_commit_of_nothing_says_whether_there_is_such_a_member()
    {
        var node = _world.Node();
        await GroupWorld.JoinAsync(node, "a", Some.Topics("t"));

        Assert.IsType<GroupOutcome.Done>(await CommitAsync(node, A, null));
        Assert.IsType<GroupOutcome.Refused>(await CommitAsync(node, B, null));
    }

    private static ValueTask<GroupOutcome> CommitAsync(
        GroupCoordinator node, InstanceId member, int? epoch, params PartitionOffset[] offsets) =>
        node.CommitAsync(GroupWorld.Group, member, epoch, offsets, GroupWorld.Token);

    private void BeforeTransaction(Func<Task> act) => _world.Before(
        StorageOperation.ExecuteTransaction, static call => call.Target == GroupKeys.Partition(GroupWorld.Group), act);
}
