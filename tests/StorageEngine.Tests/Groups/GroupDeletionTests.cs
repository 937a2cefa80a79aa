using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Simulation;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Tests.Groups;

/// <summary>Deletion of groups, and the list of their names.</summary>
public sealed class GroupDeletionTests
{
    private readonly GroupWorld _world = new();

    [Fact]
    public async Task A_deleted_group_has_no_offsets_is_not_listed_and_leaves_no_row()
    {
        await WithOffsetsAsync(250);

        Assert.IsType<GroupOutcome.Done>(await _world.Node().DeleteAsync(GroupWorld.Group, GroupWorld.Token));

        Assert.Null(await _world.CommittedAsync("t", 0));
        Assert.Null(await _world.Node().DescribeAsync(GroupWorld.Group, GroupWorld.Token));
        Assert.Empty(await ListAsync());
        Assert.Empty(await RowsAsync());
    }

    [Fact]
    public async Task A_group_that_there_is_not_is_not_deleted()
    {
        var refused = Assert.IsType<GroupOutcome.Refused>(
            await _world.Node().DeleteAsync(GroupWorld.Group, GroupWorld.Token));

        Assert.Equal(GroupError.GroupNotFound, refused.Error);
        Assert.Empty(await ListAsync());
    }

    [Fact]
    public async Task A_group_with_members_is_not_deleted()
    {
        await GroupWorld.JoinAsync(_world.Node(), "a", Some.Topics("t"));

        var refused = Assert.IsType<GroupOutcome.Refused>(
            await _world.Node().DeleteAsync(GroupWorld.Group, GroupWorld.Token));

        Assert.Equal(GroupError.GroupNotEmpty, refused.Error);
        await GroupWorld.DoneAsync(_world.Node(), new GroupRequest.Touch(Some.Id("a")));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task A_deletion_that_died_is_finished_by_whoever_uses_the_name_next(int writes)
    {
        await WithOffsetsAsync(120);
        DieAfter(writes);

        // It is deleted for everyone from the first write on, so that is what is answered.
        Assert.IsType<GroupOutcome.Done>(await _world.Node().DeleteAsync(GroupWorld.Group, GroupWorld.Token));
        _world.Tables.Interception.Before = null;
        Assert.Null(await _world.CommittedAsync("t", 119));

        await GroupWorld.JoinAsync(_world.Node(), "a", Some.Topics("t"));

        Assert.Null(await _world.CommittedAsync("t", 119));
        Assert.Equal([GroupWorld.Group], await ListAsync());
        Assert.Equal(2, (await RowsAsync()).Count);
    }

    [Fact]
    public async Task A_deletion_that_goes_on_late_takes_nothing_from_a_new_group_of_the_name()
    {
        await WithOffsetsAsync(1);
        _world.Before(
            StorageOperation.QueryRows,
            static call => call.RowKey!.StartsWith("offset|", StringComparison.Ordinal),
            async () =>
            {
                // Another node finishes the deletion, and the name is used again.
                await GroupWorld.JoinAsync(_world.Node(), "a", Some.Topics("t"));
                await _world.Node().CommitAsync(
                    GroupWorld.Group, Some.Id("a"), [GroupWorld.Offset("t", 0, 9)], GroupWorld.Token);
            });

        await _world.Node().DeleteAsync(GroupWorld.Group, GroupWorld.Token);

        Assert.Equal(9, await _world.CommittedAsync("t", 0));
        Assert.Equal([GroupWorld.Group], await ListAsync());
        await GroupWorld.DoneAsync(_world.Node(), new GroupRequest.Touch(Some.Id("a")));
    }

    [Fact]
    public async Task A_new_group_of_the_name_stays_listed_beside_a_late_end_of_the_deletion()
    {
        await WithOffsetsAsync(1);
        _world.Before(
            StorageOperation.ExecuteTransaction,
            static call => call.Target == GroupKeys.IndexPartition,
            async () => await GroupWorld.JoinAsync(_world.Node(), "a", Some.Topics("t")));

        await _world.Node().DeleteAsync(GroupWorld.Group, GroupWorld.Token);

        Assert.Equal([GroupWorld.Group], await ListAsync());
        await GroupWorld.DoneAsync(_world.Node(), new GroupRequest.Touch(Some.Id("a")));
    }

    [Fact]
    public async Task A_deletion_under_a_lost_answer_is_a_deletion()
    {
        await WithOffsetsAsync(1);
        _world.LoseNextAnswer();

        Assert.IsType<GroupOutcome.Done>(await _world.Node().DeleteAsync(GroupWorld.Group, GroupWorld.Token));

        Assert.Empty(await RowsAsync());
    }

    [Fact]
    public async Task Groups_are_listed_from_their_first_write_on_in_pages_that_join()
    {
        var node = _world.Node();
        string[] names = ["a", "b", "c", "x/y"];
        foreach (var name in names)
        {
            await node.CreateAsync(Some.Group(name), Some.Id("m"), Some.Settings(), GroupWorld.Token);
        }

        var all = await ListAsync();
        Assert.Equal(names.Order(), all.Select(static one => one.Value).Order());
        for (var at = 0; at < all.Count; at++)
        {
            Assert.Equal(all.Skip(at + 1), await ListAsync(all[at]));
        }
    }

    [Fact]
    public async Task A_group_that_nobody_has_written_is_not_listed()
    {
        Assert.Equal(
            GroupError.InstanceNotFound,
            await GroupWorld.RefusedAsync(_world.Node(), new GroupRequest.Touch(Some.Id("a"))));

        Assert.Empty(await ListAsync());
    }

    private async Task WithOffsetsAsync(int partitions)
    {
        await _world.CreateTopicAsync("t", partitions);
        Assert.IsType<GroupOutcome.Done>(await _world.Node().AlterOffsetsAsync(
            GroupWorld.Group,
            [.. Enumerable.Range(0, partitions).Select(static at => GroupWorld.Offset("t", at, 5))],
            [],
            onlyIfEmpty: true,
            GroupWorld.Token));
    }

    // The node can write so often, and then reaches storage no more.
    private void DieAfter(int writes)
    {
        _world.Tables.Interception.Before = call =>
            call.Operation == StorageOperation.ExecuteTransaction && writes-- <= 0
                ? throw new StorageUnavailableException("The node is gone.")
                : ValueTask.CompletedTask;
    }

    private async Task<List<GroupId>> ListAsync(GroupId? after = null)
    {
        var groups = new List<GroupId>();
        await foreach (var group in _world.Node().ListAsync(after, GroupWorld.Token))
        {
            groups.Add(group);
        }

        return groups;
    }

    private async Task<IReadOnlyList<TableRow>> RowsAsync() => (await _world.Tables.QueryAsync(
        GroupKeys.Partition(GroupWorld.Group), RowRange.All, TableLimits.PageRowsMax, GroupWorld.Token)).Rows;
}
