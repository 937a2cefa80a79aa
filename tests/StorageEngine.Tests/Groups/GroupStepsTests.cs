using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Offsets;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Tests.Groups;

/// <summary>How the requests to a group share steps.</summary>
public sealed class GroupStepsTests
{
    private readonly GroupWorld _world = new();

    [Fact]
    public async Task Requests_that_meet_share_one_transaction()
    {
        var node = _world.Node();
        await GroupWorld.JoinAsync(node, "first", Some.Topics("t"));
        var gate = _world.HoldCalls();
        var first = node.ExecuteAsync(
            GroupWorld.Group, new GroupRequest.Touch(Some.Id("first")), GroupWorld.Token).AsTask();
        var joins = Join(node, 20);
        _world.Tables.Operations.Reset();

        _world.LetGo(gate);
        Assert.All(await Task.WhenAll([first, .. joins]), static one => Assert.IsType<GroupOutcome.Done>(one));

        Assert.Equal(1, _world.Tables.Operations.TableTransactions);
    }

    [Fact]
    public async Task What_has_no_room_in_a_step_is_done_in_the_next_one()
    {
        var node = _world.Node();
        await GroupWorld.JoinAsync(node, "first", Some.Topics("t"));
        var gate = _world.HoldCalls();
        var first = node.ExecuteAsync(
            GroupWorld.Group, new GroupRequest.Touch(Some.Id("first")), GroupWorld.Token).AsTask();
        var joins = Join(node, 250);
        _world.Tables.Operations.Reset();

        _world.LetGo(gate);
        Assert.All(await Task.WhenAll([first, .. joins]), static one => Assert.IsType<GroupOutcome.Done>(one));

        Assert.Equal(3, _world.Tables.Operations.TableTransactions);
    }

    [Fact]
    public async Task A_commit_that_meets_many_who_join_is_stored_and_so_are_they()
    {
        await _world.CreateTopicAsync("t", 50);
        var node = _world.Node();
        await GroupWorld.JoinAsync(node, "a", Some.Topics("t"));
        var gate = _world.HoldCalls();
        var first = node.ExecuteAsync(
            GroupWorld.Group, new GroupRequest.Touch(Some.Id("a")), GroupWorld.Token).AsTask();
        PartitionOffset[] offsets = [.. Enumerable.Range(0, 50).Select(static at => GroupWorld.Offset("t", at, 7))];
        var commit = node.CommitAsync(GroupWorld.Group, Some.Id("a"), offsets, GroupWorld.Token).AsTask();
        var joins = Join(node, 80);

        _world.LetGo(gate);
        await Task.WhenAll([first, commit, .. joins]);

        Assert.All([commit, .. joins], static one => Assert.IsType<GroupOutcome.Done>(one.Result));
        Assert.Equal(7, await _world.CommittedAsync("t", 49));
    }

    [Fact]
    public async Task Who_gave_up_waiting_before_its_step_began_changes_nothing()
    {
        var node = _world.Node();
        var gate = _world.HoldCalls();
        var first = node.CreateAsync(GroupWorld.Group, Some.Id("a"), Some.Settings(), GroupWorld.Token).AsTask();
        using var impatient = new CancellationTokenSource();
        var second = node.CreateAsync(GroupWorld.Group, Some.Id("b"), Some.Settings(), impatient.Token).AsTask();

        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        _world.LetGo(gate);
        await first;

        Assert.Equal(
            GroupError.InstanceNotFound, await GroupWorld.RefusedAsync(node, new GroupRequest.Touch(Some.Id("b"))));
    }

    [Fact]
    public async Task Who_gave_up_waiting_after_its_step_began_may_have_changed_something()
    {
        var node = _world.Node();
        var gate = _world.HoldCalls();
        using var impatient = new CancellationTokenSource();
        var first = node.CreateAsync(GroupWorld.Group, Some.Id("a"), Some.Settings(), impatient.Token).AsTask();

        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        _world.LetGo(gate);

        await GroupWorld.DoneAsync(node, new GroupRequest.Touch(Some.Id("a")));
    }

    [Fact]
    public async Task More_requests_than_may_wait_are_refused_and_those_that_wait_are_served()
    {
        var node = _world.Node();
        var gate = _world.HoldCalls();
        var touch = new GroupRequest.Touch(Some.Id("a"));
        var waiting = Enumerable.Range(0, GroupLimits.WaitingMax + 1)
            .Select(_ => node.ExecuteAsync(GroupWorld.Group, touch, GroupWorld.Token).AsTask()).ToList();

        await Assert.ThrowsAsync<StorageUnavailableException>(
            async () => await node.ExecuteAsync(GroupWorld.Group, touch, GroupWorld.Token));
        _world.LetGo(gate);

        Assert.All(await Task.WhenAll(waiting), static one => Assert.IsType<GroupOutcome.Refused>(one));
    }

    [Fact]
    public async Task A_failure_of_storage_is_told_to_all_of_its_step_and_the_next_step_is_served()
    {
        var node = _world.Node();
        _world.Tables.Interception.Before = static _ => throw new StorageUnavailableException("Not now.");
        await Assert.ThrowsAsync<StorageUnavailableException>(async () => await node.CreateAsync(
            GroupWorld.Group, Some.Id("a"), Some.Settings(), GroupWorld.Token));
        _world.Tables.Interception.Before = null;

        await GroupWorld.JoinAsync(node, "a", Some.Topics("t"));
    }

    [Fact]
    public async Task A_step_whose_answer_was_lost_has_its_effect_once_for_each_of_its_requests()
    {
        var node = _world.Node();
        await GroupWorld.JoinAsync(node, "a", Some.Topics("t"));
        var gate = _world.HoldCalls();
        var first = node.ExecuteAsync(
            GroupWorld.Group, new GroupRequest.Touch(Some.Id("a")), GroupWorld.Token).AsTask();
        var leave = node.ExecuteAsync(
            GroupWorld.Group, new GroupRequest.Leave(Some.Id("a")), GroupWorld.Token).AsTask();
        var joins = Join(node, 3);
        _world.LoseNextAnswer();

        _world.LetGo(gate);

        await first;
        Assert.All(await Task.WhenAll([leave, .. joins]), static one => Assert.IsType<GroupOutcome.Done>(one));
        Assert.Equal(3, (await node.DescribeAsync(GroupWorld.Group, GroupWorld.Token))!.State.Members.Count);
    }

    [Fact]
    public async Task One_that_leaves_in_a_step_without_room_for_it_has_left_and_a_stranger_has_not()
    {
        await _world.CreateTopicAsync("t", 50);
        var node = _world.Node();
        await GroupWorld.JoinAsync(node, "a", Some.Topics("t"));
        await GroupWorld.JoinAsync(node, "b", Some.Topics("t"));
        var gate = _world.HoldCalls();
        var first = node.ExecuteAsync(
            GroupWorld.Group, new GroupRequest.Touch(Some.Id("a")), GroupWorld.Token).AsTask();
        var joins = Join(node, 60);
        PartitionOffset[] offsets = [.. Enumerable.Range(0, 25).Select(static at => GroupWorld.Offset("t", at, 7))];
        PartitionOffset[] others = [.. Enumerable.Range(25, 25).Select(static at => GroupWorld.Offset("t", at, 7))];
        var commit = node.CommitAsync(GroupWorld.Group, Some.Id("a"), offsets, GroupWorld.Token).AsTask();
        var second = node.CommitAsync(GroupWorld.Group, Some.Id("a"), others, GroupWorld.Token).AsTask();
        var leave = node.ExecuteAsync(
            GroupWorld.Group, new GroupRequest.Leave(Some.Id("b")), GroupWorld.Token).AsTask();
        var stranger = node.ExecuteAsync(
            GroupWorld.Group, new GroupRequest.Leave(Some.Id("x")), GroupWorld.Token).AsTask();

        _world.LetGo(gate);
        await Task.WhenAll([first, commit, second, leave, stranger, .. joins]);

        Assert.IsType<GroupOutcome.Done>(await leave);
        Assert.Equal(GroupError.InstanceNotFound, Assert.IsType<GroupOutcome.Refused>(await stranger).Error);
    }

    [Fact]
    public async Task However_many_have_died_the_next_request_expels_them_all()
    {
        await _world.CreateTopicAsync("t", 8);
        var node = _world.Node();
        await _world.JoinManyAsync(node, 150, "t");
        _world.Time.Advance(TimeSpan.FromSeconds(301));

        // A row of the present shows the time.
        await GroupWorld.JoinAsync(_world.Node(), "late", Some.Topics("t"));
        var done = await GroupWorld.DoneAsync(_world.Node(), new GroupRequest.Poll(Some.Id("late")));

        Assert.Equal(8, done.Instance!.Assignment.Count);
        Assert.Single((await _world.Node().DescribeAsync(GroupWorld.Group, GroupWorld.Token))!.State.Members);
    }

    private static List<Task<GroupOutcome>> Join(GroupCoordinator node, int count) =>
    [
        .. Enumerable.Range(0, count).Select(at => node.CreateAsync(
            GroupWorld.Group, Some.Id($"i{at:D3}"), Some.Settings(), GroupWorld.Token).AsTask()),
    ];
}
