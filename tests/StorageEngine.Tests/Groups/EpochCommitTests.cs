using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Offsets;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.Groups;

/// <summary>Commits of clients that know their epochs, and of others.</summary>
public sealed class EpochCommitTests
{
    private static readonly Topic[] Topics = [Some.Topic("t", 2)];
    private static readonly InstanceId Member = Some.Id("a");
    private static readonly PartitionOffset[] Both =
        [new(Some.Partition("t", 0), 5, ""), new(Some.Partition("t", 1), 7, "")];

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public void A_commit_under_another_epoch_than_the_members_is_refused(int more)
    {
        var group = Revoking();
        var commit = new GroupRequest.Commit(Member, [.. Both]) { Epoch = group.State.Members[Member].Epoch + more };

        Assert.Equal(GroupError.StaleMemberEpoch, group.Decide(commit, Topics).Refused());
    }

    [Fact]
    public void A_commit_of_one_who_is_no_member_any_more_is_refused()
    {
        var group = Revoking().Decide(new GroupRequest.Leave(Member), Topics).Accepted();

        Assert.Equal(
            GroupError.InstanceNotFound, group.Decide(new GroupRequest.Commit(Member, [.. Both]), Topics).Refused());
    }

    [Fact]
    public void A_client_that_knows_epochs_goes_on_reading_what_it_commits_until_a_heartbeat_gives_it_up()
    {
        var group = Revoking();

        var next = group.Decide(
            new GroupRequest.Commit(Member, [.. Both]) { Epoch = group.State.Members[Member].Epoch }, Topics).Accepted();

        Assert.Equal(2, next.Instances[Member].Assignment.Count);
        Assert.Equal(group.State, next.State);
    }

    [Fact]
    public void A_client_that_knows_no_epochs_gives_up_what_it_is_to_give_up_with_a_commit()
    {
        var next = Revoking().Decide(new GroupRequest.Commit(Member, [.. Both]), Topics).Accepted();

        Assert.Equal("t-0", next.Owned("a"));
        Assert.Single(next.Instances[Member].Assignment);
    }

    // b has come, and is to get one of the two partitions of a.
    private static GroupDraft Revoking() => Some
        .Settled(Topics, Some.Instance("a", Some.Topics("t")))
        .With(Some.Instance("b", Some.Topics("t")), Topics);
}
