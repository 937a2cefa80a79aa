using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Offsets;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.Groups;

public sealed class CommitTests
{
    private static readonly Topic[] Topics = [Some.Topic("t", 2)];
    private static readonly TopicPartition First = Some.Partition("t", 0);
    private static readonly TopicPartition Second = Some.Partition("t", 1);

    [Fact]
    public void A_read_commits_what_the_read_before_it_returned()
    {
        var group = Advance(Alone(autoCommit: true), First, null, 5, stamp: 1).Accepted();

        var next = Assert.IsType<GroupDecision.Accepted>(Advance(group, First, 5, 9, stamp: 2));

        var commit = Assert.Single(next.Commits);
        Assert.Equal((First, 5L), (commit.Partition, commit.Offset));
    }

    [Fact]
    public void What_this_read_returns_is_not_committed_by_it()
    {
        var first = Assert.IsType<GroupDecision.Accepted>(Advance(Alone(autoCommit: true), First, null, 5, stamp: 1));

        Assert.Empty(first.Commits);
    }

    [Fact]
    public void Without_auto_commit_nothing_is_committed_until_the_client_says_so()
    {
        var group = Advance(Alone(autoCommit: false), First, null, 5, stamp: 1).Accepted();

        Assert.Empty(Assert.IsType<GroupDecision.Accepted>(Advance(group, First, 5, 9, stamp: 2)).Commits);
        var all = Assert.IsType<GroupDecision.Accepted>(
            group.Decide(new GroupRequest.Commit(Some.Id("a"), null), Topics));
        Assert.Equal([5L], all.Commits.Select(static one => one.Offset));
        Assert.Empty(Assert.IsType<GroupDecision.Accepted>(
            all.Next.Decide(new GroupRequest.Commit(Some.Id("a"), null), Topics)).Commits);
    }

    [Fact]
    public void Two_reads_from_one_position_do_not_both_move_it()
    {
        var group = Advance(Alone(autoCommit: false), First, null, 5, stamp: 1).Accepted();

        Assert.Equal(GroupError.Superseded, Advance(group, First, null, 5, stamp: 2).Refused());
    }

    [Fact]
    public void A_move_that_was_stored_under_a_lost_answer_is_not_made_twice()
    {
        var group = Advance(Alone(autoCommit: false), First, null, 5, stamp: 1).Accepted();

        Assert.Same(group, Advance(group, First, null, 5, stamp: 1).Accepted());
    }

    [Fact]
    public void The_offset_of_another_instances_partition_is_not_committed()
    {
        var group = Some.Settled(Topics, Some.Instance("a", Some.Topics("t")), Some.Instance("b", Some.Topics("t")));

        Assert.IsType<GroupDecision.Accepted>(Commit(group, First));
        Assert.Equal(GroupError.Fenced, Commit(group, Second).Refused());
    }

    [Fact]
    public void An_offset_of_a_partition_that_is_not_there_is_not_committed() =>
        Assert.Equal(
            GroupError.UnknownTopicOrPartition, Commit(Alone(autoCommit: false), Some.Partition("t", 2)).Refused());

    [Fact]
    public void A_seek_goes_only_to_partitions_of_ones_own()
    {
        var group = Some.Settled(Topics, Some.Instance("a", Some.Topics("t")), Some.Instance("b", Some.Topics("t")));

        var seek = new GroupRequest.Seek(Some.Id("a"), new Dictionary<TopicPartition, long> { [Second] = 3 });

        Assert.Equal(GroupError.NotAssigned, group.Decide(seek, Topics).Refused());
    }

    private static GroupDraft Alone(bool autoCommit) => Some.Settled(
        Topics, Some.Instance("a", Some.Topics("t")) with { Settings = Some.Settings(autoCommit) });

    private static GroupDecision Advance(GroupDraft group, TopicPartition partition, long? from, long to, long stamp) =>
        group.Decide(
            new GroupRequest.Advance(
                Some.Id("a"), [new PositionMove(partition, Topics[0].Id, from, to, Uncommitted: true)], stamp),
            Topics);

    private static GroupDecision Commit(GroupDraft group, TopicPartition partition) =>
        group.Decide(new GroupRequest.Commit(Some.Id("a"), [new PartitionOffset(partition, 3, "")]), Topics);
}
