using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Groups.Cleanup;
using Serverless.StorageEngine.Simulation;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.Groups;

/// <summary>The cleanup of offsets that nobody can read any more, and of groups that have nothing left.</summary>
public sealed class OffsetCleanupTests
{
    private static readonly TimeSpan Week = new GroupSettings().OffsetsRetention;

    private readonly GroupWorld _world = new();

    [Fact]
    public async Task Offsets_of_a_deleted_topic_go_and_those_of_others_stay()
    {
        await CommitAsync("g", ("gone", 0, 5), ("gone", 1, 6), ("t", 0, 7));
        await DeleteAsync("gone");

        var report = await RunAsync();

        Assert.Equal((1, 2, 0), (report.Groups, report.OffsetsRemoved, report.GroupsRemoved));
        Assert.Equal(["t-0"], await RowsAsync("g"));
        Assert.Equal(7, await _world.CommittedAsync("t", 0));
    }

    [Fact]
    public async Task Offsets_of_a_former_life_of_a_topic_go_and_those_of_the_present_one_stay()
    {
        await CommitAsync("g", ("t", 0, 5), ("t", 1, 6));
        await DeleteAsync("t");
        await _world.CreateTopicAsync("t", 2);
        await CommitAsync("g", ("t", 1, 1));

        Assert.Equal(1, (await RunAsync()).OffsetsRemoved);

        Assert.Equal(["t-1"], await RowsAsync("g"));
    }

    [Fact]
    public async Task A_group_with_neither_members_nor_offsets_goes()
    {
        await CommitAsync("g", ("gone", 0, 5));
        await CommitAsync("h", ("t", 0, 5));
        await DeleteAsync("gone");

        Assert.Equal(1, (await RunAsync()).GroupsRemoved);

        Assert.Equal(["h"], await ListAsync());
        Assert.Empty(await RowsAsync("g"));
    }

    [Fact]
    public async Task A_group_with_members_stays_whatever_it_committed()
    {
        await CommitAsync("g", ("gone", 0, 5));
        await GroupWorld.JoinAsync(_world.Node(), "a", Some.Topics("gone"));
        await DeleteAsync("gone");

        var report = await RunAsync();

        Assert.Equal((1, 0), (report.OffsetsRemoved, report.GroupsRemoved));
        Assert.Equal(["g"], await ListAsync());
        await GroupWorld.DoneAsync(_world.Node(), new GroupRequest.Touch(Some.Id("a")));
    }

    [Fact]
    public async Task Forgotten_offsets_go_with_their_group_and_not_a_moment_earlier()
    {
        await CommitAsync("g", ("t", 0, 5));
        _world.Time.Advance(Week);
        Assert.Equal(0, (await RunAsync()).OffsetsRemoved);

        _world.Time.Advance(TimeSpan.FromSeconds(1));
        var report = await RunAsync();

        Assert.Equal((1, 1), (report.OffsetsRemoved, report.GroupsRemoved));
        Assert.Empty(await ListAsync());
    }

    [Fact]
    public async Task A_group_whose_members_all_fell_silent_is_empty_since_then_though_nobody_asked()
    {
        await CommitAsync("g", ("t", 0, 5));
        await GroupWorld.JoinAsync(_world.Node(), "a", Some.Topics("t"));
        await GroupWorld.JoinAsync(_world.Node(), "b", Some.Topics("t"));
        _world.Time.Advance(TimeSpan.FromDays(1));

        Assert.Equal(0, (await RunAsync()).OffsetsRemoved);
        _world.Time.Advance(Week);

        var report = await RunAsync();
        Assert.Equal((1, 1), (report.OffsetsRemoved, report.GroupsRemoved));
    }

    [Theory]
    [InlineData("gone", 9L)]
    [InlineData("t", 5L)]
    public async Task A_commit_between_the_look_and_the_removal_is_not_lost(string topic, long expected)
    {
        await CommitAsync("g", ("gone", 0, 5), ("t", 0, 5));
        await DeleteAsync("gone");
        BeforeRemoval(async () =>
        {
            if (topic == "gone")
            {
                await _world.CreateTopicAsync("gone", 1);
                await CommitAsync("g", ("gone", 0, 9));
            }
            else
            {
                await GroupWorld.JoinAsync(_world.Node(), "a", Some.Topics("t"));
            }
        });

        await RunAsync();

        Assert.Equal(expected, await _world.CommittedAsync(topic, 0));
        Assert.Equal(["g"], await ListAsync());
    }

    [Fact]
    public async Task A_first_commit_that_comes_before_the_end_of_an_empty_group_keeps_it()
    {
        await CommitAsync("g", ("gone", 0, 5));
        await DeleteAsync("gone");
        var writes = 0;
        _world.Before(
            StorageOperation.ExecuteTransaction,
            call => call.Target == GroupKeys.Partition(GroupWorld.Group) && ++writes == 2,
            () => CommitAsync("g", ("t", 0, 3)));

        Assert.Equal(0, (await RunAsync()).GroupsRemoved);

        Assert.Equal(3, await _world.CommittedAsync("t", 0));
        Assert.Equal(["g"], await ListAsync());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task A_run_that_died_is_finished_by_the_next_one(int writes)
    {
        await CommitAsync("g", [.. Enumerable.Range(0, 150).Select(static at => ("gone", at, 5L))]);
        await CommitAsync("h", ("gone", 0, 5), ("t", 0, 5));
        await DeleteAsync("gone");
        _world.Tables.Interception.Before = call =>
            call.Operation == StorageOperation.ExecuteTransaction && writes-- <= 0
                ? throw new StorageUnavailableException("The node is gone.")
                : ValueTask.CompletedTask;
        await Assert.ThrowsAsync<StorageUnavailableException>(async () => await RunAsync());
        _world.Tables.Interception.Before = null;

        await RunAsync();

        Assert.Equal(["h"], await ListAsync());
        Assert.Equal(["t-0"], await RowsAsync("h"));
        Assert.Empty(await RowsAsync("g"));
    }

    [Fact]
    public async Task A_run_is_bounded_and_the_next_one_goes_on_behind_it_on_any_node()
    {
        foreach (var at in Enumerable.Range(0, 5))
        {
            await CommitAsync($"g{at}", ("gone", 0, 5));
        }

        await DeleteAsync("gone");
        var limits = new OffsetCleanupLimits(GroupsMax: 2);

        var runs = new[] { await RunAsync(limits), await RunAsync(limits), await RunAsync(limits) };

        Assert.Equal([(2L, true), (2L, true), (1L, false)], runs.Select(static run => (run.Groups, run.More)));
        Assert.Empty(await ListAsync());
    }

    [Fact]
    public async Task No_more_offsets_go_in_a_run_than_its_limit()
    {
        await CommitAsync("g", [.. Enumerable.Range(0, 250).Select(static at => ("gone", at, 5L))]);
        await DeleteAsync("gone");

        Assert.Equal(198, (await RunAsync(new OffsetCleanupLimits(RemovalsMax: 200))).OffsetsRemoved);
        Assert.Equal(52, (await RunAsync()).OffsetsRemoved);
    }

    [Fact]
    public async Task A_damaged_group_is_passed_over_and_named()
    {
        await CommitAsync("a", ("gone", 0, 5));
        await CommitAsync("b", ("gone", 0, 5));
        await DeleteAsync("gone");
        var key = GroupKeys.Group(Some.Group("a"));
        var row = await _world.Tables.GetAsync(GroupKeys.Partition(Some.Group("a")), key, GroupWorld.Token);
        await _world.Tables.ExecuteAsync(
            GroupKeys.Partition(Some.Group("a")),
            [new RowChange.Replace(key, "{}"u8.ToArray(), row!.Version)],
            GroupWorld.Token);

        var report = await RunAsync();

        Assert.Contains("Group 'a' was passed over", report.Problem, StringComparison.Ordinal);
        Assert.Equal(1, report.GroupsRemoved);
        Assert.Equal(report.Problem, (await Cleanup().ReadAsync(GroupWorld.Token))!.Problem);
    }

    [Fact]
    public async Task Of_two_runs_that_begin_at_once_one_goes_on()
    {
        await CommitAsync("g", ("t", 0, 5));
        await RunAsync();
        _world.Before(
            StorageOperation.ExecuteTransaction,
            static call => call.Target == CleanupRow.Partition,
            async () => await RunAsync());

        Assert.Null(await Cleanup().RunAsync(GroupWorld.Token));
    }

    [Fact]
    public async Task A_group_that_has_nothing_to_remove_costs_two_queries()
    {
        await CommitAsync("g", ("t", 0, 5));
        var alone = await _world.CostAsync(async () => await RunAsync());
        await CommitAsync("h", ("t", 0, 5));

        var both = await _world.CostAsync(async () => await RunAsync());

        Assert.Equal((2, 0), (both.Reads - alone.Reads, both.Transactions - alone.Transactions));
    }

    private OffsetCleanup Cleanup(OffsetCleanupLimits? limits = null) => new(
        _world.Tables,
        _world.Catalog(),
        _world.Node(),
        new GroupSettings(),
        limits ?? new OffsetCleanupLimits(),
        _world.Time,
        new Random(7));

    private async Task<OffsetCleanupReport> RunAsync(OffsetCleanupLimits? limits = null)
    {
        var report = await Cleanup(limits).RunAsync(GroupWorld.Token);
        Assert.NotNull(report);
        return report;
    }

    private async Task CommitAsync(string group, params (string Topic, int Partition, long Offset)[] offsets)
    {
        foreach (var topic in offsets.GroupBy(static one => one.Topic))
        {
            if (await _world.Catalog().FindAsync(Some.Name(topic.Key), GroupWorld.Token) is null)
            {
                await _world.CreateTopicAsync(topic.Key, 250);
            }
        }

        Assert.IsType<GroupOutcome.Done>(await _world.Node().AlterOffsetsAsync(
            Some.Group(group),
            [.. offsets.Select(static one => GroupWorld.Offset(one.Topic, one.Partition, one.Offset))],
            [],
            onlyIfEmpty: true,
            GroupWorld.Token));
    }

    private async Task DeleteAsync(string topic) => Assert.Equal(
        TopicDeletion.Deleted, await _world.Catalog().DeleteAsync(Some.Name(topic), GroupWorld.Token));

    private void BeforeRemoval(Func<Task> act) => _world.Before(
        StorageOperation.ExecuteTransaction,
        static call => call.Target == GroupKeys.Partition(GroupWorld.Group),
        act);

    private async Task<IReadOnlyList<string>> ListAsync()
    {
        var groups = new List<string>();
        await foreach (var group in _world.Node().ListAsync(null, GroupWorld.Token))
        {
            groups.Add(group.Value);
        }

        return groups;
    }

    private async Task<IReadOnlyList<string>> RowsAsync(string group) =>
    [
        .. (await _world.Tables.QueryAsync(
                GroupKeys.Partition(Some.Group(group)),
                GroupKeys.AllOffsets,
                TableLimits.PageRowsMax,
                GroupWorld.Token))
            .Rows.Select(static row => GroupKeys.PartitionOf(row.Key).ToString()),
    ];
}
