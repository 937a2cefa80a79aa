using Serverless.StorageEngine.Groups;

namespace Serverless.StorageEngine.Tests.Groups;

/// <summary><c>offsets.retention.minutes</c>.</summary>
public sealed class OffsetRetentionTests
{
    private static readonly TimeSpan Week = new GroupSettings().OffsetsRetention;
    private static readonly GroupState Left = GroupState.Empty with { EmptySince = Some.Noon };

    private readonly GroupWorld _world = new();

    [Fact]
    public void Nothing_is_forgotten_while_a_group_has_members() =>
        Assert.Equal(default, GroupState.Empty.ForgottenBefore(Some.Noon + (2 * Week), Week));

    [Fact]
    public void Everything_older_is_forgotten_once_a_group_was_empty_for_as_long_as_offsets_are_kept()
    {
        Assert.Equal(default, Left.ForgottenBefore(Some.Noon + Week - TimeSpan.FromTicks(1), Week));
        Assert.Equal(Some.Noon, Left.ForgottenBefore(Some.Noon + Week, Week));
    }

    [Fact]
    public void What_a_lone_consumer_commits_to_an_empty_group_is_kept_as_long_from_then_on() => Assert.Equal(
        Some.Noon.AddDays(3), Left.ForgottenBefore(Some.Noon.AddDays(10), TimeSpan.FromDays(7)));

    [Fact]
    public void What_is_forgotten_stays_forgotten_for_a_node_that_is_behind()
    {
        var forgot = Left with { ForgetBefore = Some.Noon.AddDays(2) };

        Assert.Equal(Some.Noon.AddDays(2), forgot.ForgottenBefore(Some.Noon.AddDays(8), TimeSpan.FromDays(7)));
    }

    [Fact]
    public void The_member_that_ends_the_emptiness_does_not_bring_back_what_was_forgotten()
    {
        var group = GroupDraft.Empty with { State = Left };
        var once = Settle(group, days: 8);
        var twice = Settle(once, days: 30);

        var joined = twice.Decide(
            new GroupRequest.Create(Some.Id("a"), Some.Settings(), Some.Timeout, 0),
            [],
            30 * 86_400.0).Accepted();

        Assert.Equal(Some.Noon.AddDays(1), once.State.ForgetBefore);
        Assert.Equal(Some.Noon.AddDays(23), joined.State.ForgetBefore);
        Assert.Equal(Some.Noon.AddDays(23), joined.State.ForgottenBefore(Some.Noon.AddDays(60), Week));
        Assert.Same(twice, Settle(twice, days: 30));
    }

    [Fact]
    public async Task Offsets_of_a_group_that_its_last_member_left_are_kept_for_a_week_and_then_are_gone()
    {
        await _world.CreateTopicAsync("t", 1);
        var node = _world.Node();
        await GroupWorld.JoinAsync(node, "a", Some.Topics("t"));
        await node.CommitAsync(
            GroupWorld.Group, Some.Id("a"), [GroupWorld.Offset("t", 0, 5)], GroupWorld.Token);
        await node.CloseAsync(GroupWorld.Group, Some.Id("a"), GroupWorld.Token);

        _world.Time.Advance(Week - TimeSpan.FromMinutes(1));
        Assert.Equal(5, await FetchAsync(node));
        _world.Time.Advance(TimeSpan.FromDays(1));

        Assert.Null(await FetchAsync(node));
        Assert.Empty((await node.DescribeAsync(GroupWorld.Group, GroupWorld.Token))!.Offsets);
    }

    [Fact]
    public async Task Offsets_of_a_group_with_members_are_kept()
    {
        await _world.CreateTopicAsync("t", 1);
        var node = _world.Node();
        await GroupWorld.JoinAsync(node, "a", Some.Topics("t"));
        await node.CommitAsync(
            GroupWorld.Group, Some.Id("a"), [GroupWorld.Offset("t", 0, 5)], GroupWorld.Token);
        for (var day = 0; day < 20; day++)
        {
            _world.Time.Advance(TimeSpan.FromMinutes(4));
            await GroupWorld.DoneAsync(node, new GroupRequest.Touch(Some.Id("a")));
        }

        Assert.Equal(5, await FetchAsync(_world.Node(new GroupSettings { OffsetsRetention = TimeSpan.FromHours(1) })));
    }

    [Fact]
    public async Task Who_joins_a_forgotten_group_starts_without_offsets_and_what_it_commits_counts()
    {
        await _world.CreateTopicAsync("t", 2);
        var node = _world.Node();
        await AlterAsync(node, GroupWorld.Offset("t", 0, 5));
        _world.Time.Advance(Week + TimeSpan.FromDays(1));
        await AlterAsync(node, GroupWorld.Offset("t", 1, 7));

        await GroupWorld.JoinAsync(node, "a", Some.Topics("t"));

        Assert.Null(await _world.CommittedAsync("t", 0));
        Assert.Equal(7, await _world.CommittedAsync("t", 1));
    }

    private static GroupDraft Settle(GroupDraft group, int days) => group.Settle([], days * 86_400.0);

    private static async Task AlterAsync(GroupCoordinator node, Offsets.PartitionOffset offset) =>
        Assert.IsType<GroupOutcome.Done>(await node.AlterOffsetsAsync(
            GroupWorld.Group, [offset], [], onlyIfEmpty: false, GroupWorld.Token));

    private static async Task<long?> FetchAsync(GroupCoordinator node) =>
        (await node.FetchOffsetsAsync(GroupWorld.Group, [Some.Partition("t", 0)], GroupWorld.Token))
            .GetValueOrDefault(Some.Partition("t", 0))?.Offset;
}
