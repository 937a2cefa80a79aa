using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Offsets;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.Groups;

/// <summary>Whose commits are stored, and on which conditions.</summary>
public sealed class OffsetRulesTests
{
    private static readonly Topic[] Topics = [Some.Topic("t", 2)];
    private static readonly InstanceId A = Some.Id("a");
    private static readonly TopicPartition First = Some.Partition("t", 0);
    private static readonly TopicPartition Second = Some.Partition("t", 1);

    [Fact]
    public void A_commit_of_what_the_members_own_row_says_that_it_has_rests_on_that_row_alone()
    {
        var commit = Commit(Some.Settled(Topics, Some.Instance("a", Some.Topics("t"))), First);

        Assert.False(Assert.IsType<GroupDecision.Accepted>(commit).RestsOnGroup);
    }

    [Fact]
    public void A_commit_of_what_the_members_own_row_does_not_have_rests_on_the_group()
    {
        var group = Some.Settled(Topics, Some.Instance("a", Some.Topics("t")));
        var torn = group with
        {
            Instances = group.Instances.SetItem(A, group.Instances[A] with
            {
                Assignment = group.Instances[A].Assignment.Remove(First),
            }),
        };

        var plan = GroupMachine.Decide(torn, torn, [new GroupRequest.Commit(A, [Offset(First)])], Topics, Some.At(0));

        Assert.True(plan.RestsOnGroup || !ReferenceEquals(plan.Next.State, torn.State));
    }

    [Fact]
    public void A_commit_of_a_partition_that_nobody_has_rests_on_the_group()
    {
        var group = Some.Settled(Topics, Some.Instance("a", Some.Topics("t")))
            .With(Some.Instance("b", Some.Topics("t")), Topics)
            .Decide(new GroupRequest.Poll(A), Topics).Accepted();

        Assert.True(Assert.IsType<GroupDecision.Accepted>(Commit(group, Second)).RestsOnGroup);
    }

    [Fact]
    public void A_commit_of_chosen_partitions_rests_on_the_group_since_others_may_begin_to_share()
    {
        var group = Some.Settled(
            Topics, Some.Instance("a", Some.Chosen(First)), Some.Instance("b", Subscription.None.Instance));
        var shared = group.Decide(new GroupRequest.Subscribe(Some.Id("b"), Some.Topics("u")), Topics).Accepted();

        Assert.True(Assert.IsType<GroupDecision.Accepted>(Commit(group, First)).RestsOnGroup);
        Assert.True(Assert.IsType<GroupDecision.Accepted>(Commit(shared, First)).RestsOnGroup);
    }

    [Fact]
    public void Who_chose_a_partition_that_the_group_gave_to_another_commits_nothing_of_it()
    {
        var group = Some.Settled(
            Topics, Some.Instance("a", Some.Chosen(First)), Some.Instance("b", Some.Topics("t")));

        Assert.Equal(GroupError.Fenced, Commit(group, First).Refused());
    }

    [Fact]
    public void A_commit_of_positions_leaves_out_a_topics_former_life()
    {
        var group = Read(Some.Settled(Topics, Some.Instance("a", Some.Topics("t"))));

        var all = Assert.IsType<GroupDecision.Accepted>(
            group.Decide(new GroupRequest.Commit(A, null), [Some.Topic("t", 2, life: 2)]));

        Assert.Empty(all.Commits);
        Assert.Equal("t-0 t-1", all.Next.Owned("a"));
        Assert.DoesNotContain(all.Next.Instances[A].Assignment.Values, static one => one.Uncommitted);
    }

    [Fact]
    public void A_read_with_auto_commit_commits_nothing_of_a_topics_former_life()
    {
        var group = Read(Some.Settled(
            Topics, Some.Instance("a", Some.Topics("t")) with { Settings = Some.Settings(autoCommit: true) }));
        var advance = new GroupRequest.Advance(A, [], Stamp: 3);

        Assert.NotEmpty(Assert.IsType<GroupDecision.Accepted>(group.Decide(advance, Topics)).Commits);
        Assert.Empty(
            Assert.IsType<GroupDecision.Accepted>(group.Decide(advance, [Some.Topic("t", 2, life: 2)])).Commits);
    }

    [Fact]
    public void A_commit_behind_the_position_leaves_the_rest_to_be_committed()
    {
        var group = Read(Some.Settled(Topics, Some.Instance("a", Some.Topics("t"))));

        Assert.True(Commit(group, First, 4).Accepted().Instances[A].Assignment[First].Uncommitted);
        Assert.False(Commit(group, First, 5).Accepted().Instances[A].Assignment[First].Uncommitted);
    }

    [Fact]
    public void A_commit_keeps_metadata_and_leader_epoch()
    {
        var group = Some.Settled(Topics, Some.Instance("a", Some.Topics("t")));
        var offset = new PartitionOffset(First, 5, "m") { LeaderEpoch = 3 };

        var accepted = Assert.IsType<GroupDecision.Accepted>(
            group.Decide(new GroupRequest.Commit(A, [offset]), Topics));

        Assert.Equal([new OffsetCommit(First, Topics[0].Id, 5, "m") { LeaderEpoch = 3 }], accepted.Commits);
    }

    [Fact]
    public void A_commit_is_a_sign_of_life()
    {
        var group = Some.Settled(Topics, Some.Instance("a", Some.Topics("t")));
        var commit = new GroupRequest.Commit(A, [Offset(First)]);

        Assert.Equal(Some.Noon.AddSeconds(1), group.Decide(commit, Topics, 1).Accepted().Instances[A].SeenAt);
    }

    [Fact]
    public void Offsets_are_altered_only_while_nobody_shares_partitions()
    {
        var shared = Some.Settled(Topics, Some.Instance("a", Some.Topics("t")));
        var chosen = Some.Settled(Topics, Some.Instance("a", Some.Chosen(First)));
        var alter = new GroupRequest.Alter([Offset(First)], []);

        Assert.Equal(GroupError.GroupNotEmpty, shared.Decide(alter, Topics).Refused());
        Assert.IsType<GroupDecision.Accepted>(chosen.Decide(alter, Topics));
        Assert.Equal(GroupError.GroupNotEmpty, chosen.Decide(alter with { OnlyIfEmpty = true }, Topics).Refused());
        Assert.IsType<GroupDecision.Accepted>(GroupDraft.Empty.Decide(alter with { OnlyIfEmpty = true }, Topics));
    }

    [Fact]
    public void Altered_offsets_rest_on_the_group_and_begin_the_retention_of_a_new_one()
    {
        var alter = new GroupRequest.Alter([Offset(First)], [Second]);

        var accepted = Assert.IsType<GroupDecision.Accepted>(GroupDraft.Empty.Decide(alter, Topics, 5));

        Assert.True(accepted.RestsOnGroup);
        Assert.Equal([Second], accepted.Removed);
        Assert.Equal(Some.Noon.AddSeconds(5), accepted.Next.State.EmptySince);
        Assert.Same(accepted.Next, accepted.Next.Decide(alter, Topics, 9).Accepted());
    }

    [Fact]
    public void Offsets_of_partitions_that_are_not_there_are_not_altered() => Assert.Equal(
        GroupError.UnknownTopicOrPartition,
        GroupDraft.Empty.Decide(new GroupRequest.Alter([Offset(Some.Partition("t", 2))], []), Topics).Refused());

    [Fact]
    public void A_seek_is_uncommitted_and_a_sign_of_life()
    {
        var group = Some.Settled(Topics, Some.Instance("a", Some.Topics("t")));
        var seek = new GroupRequest.Seek(A, new Dictionary<TopicPartition, long> { [First] = 3 });

        var next = group.Decide(seek, Topics, 1).Accepted();

        Assert.Equal(new AssignedPartition(Topics[0].Id, 3, Uncommitted: true), next.Instances[A].Assignment[First]);
        Assert.Equal(Some.Noon.AddSeconds(1), next.Instances[A].SeenAt);
    }

    [Fact]
    public void A_read_that_finds_nothing_new_and_commits_nothing_changes_nothing()
    {
        var group = Read(Some.Settled(Topics, Some.Instance("a", Some.Topics("t"))));

        Assert.Same(group, group.Decide(new GroupRequest.Advance(A, [], Stamp: 9), Topics).Accepted());
    }

    [Fact]
    public void A_move_in_a_topics_former_life_is_superseded()
    {
        var group = Some.Settled(Topics, Some.Instance("a", Some.Topics("t")));
        var move = new PositionMove(First, Some.Topic("t", 1, life: 3).Id, null, 5, Uncommitted: true);

        Assert.Equal(
            GroupError.Superseded, group.Decide(new GroupRequest.Advance(A, [move], Stamp: 1), Topics).Refused());
    }

    // Both partitions are read up to offset 5, which is not committed.
    private static GroupDraft Read(GroupDraft group) => group with
    {
        Instances = group.Instances.SetItem(A, group.Instances[A] with
        {
            Assignment = group.Instances[A].Assignment.SetItems(group.Instances[A].Assignment.Keys.Select(
                static one => KeyValuePair.Create(one, new AssignedPartition(Topics[0].Id, 5, Uncommitted: true)))),
        }),
    };

    private static PartitionOffset Offset(TopicPartition partition, long offset = 3) => new(partition, offset, "");

    private static GroupDecision Commit(GroupDraft group, TopicPartition partition, long offset = 3) =>
        group.Decide(new GroupRequest.Commit(A, [Offset(partition, offset)]), Topics);
}
