using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Offsets;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.Groups;

/// <summary>KIP-848's heartbeats.</summary>
public sealed class HeartbeatTests
{
    private static readonly Topic[] Topics = [Some.Topic("t", 2)];

    [Fact]
    public void The_first_joins_and_is_told_its_partitions_and_epoch()
    {
        var group = Join(GroupDraft.Empty, "a").Accepted();

        Assert.Equal("t-0 t-1", group.Owned("a"));
        Assert.Equal(group.State.AssignmentEpoch, group.Shown(Some.Id("a"))!.Epoch);
    }

    [Fact]
    public void Who_joins_again_has_lost_what_it_had()
    {
        var group = Join(GroupDraft.Empty, "a").Accepted();
        group = group.Decide(
            new GroupRequest.Seek(
                Some.Id("a"), new Dictionary<TopicPartition, long> { [Some.Partition("t", 0)] = 5 }),
            Topics).Accepted();

        var again = Join(group, "a").Accepted();

        Assert.Equal("t-0 t-1", again.Owned("a"));
        Assert.All(again.Instances[Some.Id("a")].Assignment.Values, static one => Assert.Null(one.Position));
        Assert.True(again.State.Members[Some.Id("a")].Epoch > group.State.Members[Some.Id("a")].Epoch);
        Assert.Equal(GroupError.FencedMemberEpoch, Speak(again, "a", EpochOf(group, "a")).Refused());
    }

    [Fact]
    public void One_that_leaves_gives_everything_to_the_others()
    {
        var group = Two();

        var left = Speak(group, "a", GroupRequest.Heartbeat.LeaveEpoch).Accepted();

        Assert.Equal([Some.Id("b")], left.State.Members.Keys);
        Assert.Equal("t-0 t-1", Speak(left, "b", EpochOf(left, "b")).Accepted().Owned("b"));
    }

    [Fact]
    public void A_static_member_that_leaves_for_good_keeps_nothing()
    {
        var group = Join(GroupDraft.Empty, "a", "s").Accepted();

        Assert.Empty(Speak(group, "a", GroupRequest.Heartbeat.LeaveEpoch).Accepted().State.Members);
    }

    [Fact]
    public void Only_a_static_member_leaves_for_a_while()
    {
        var group = Join(Join(GroupDraft.Empty, "a", "s").Accepted(), "b").Accepted();

        Assert.Equal(
            GroupError.InvalidRequest, Speak(group, "b", GroupRequest.Heartbeat.AwayEpoch).Refused());
        var away = Speak(group, "a", GroupRequest.Heartbeat.AwayEpoch).Accepted();
        Assert.Equal(Some.Noon, away.State.Members[Some.Id("a")].AwaySince);
        Assert.Equal(GroupError.InstanceNotFound, Speak(away, "a", EpochOf(group, "a")).Refused());
    }

    [Fact]
    public void A_static_member_that_was_away_comes_back_under_another_name_to_what_it_had()
    {
        var group = Join(GroupDraft.Empty, "a", "s").Accepted();
        var away = Speak(group, "a", GroupRequest.Heartbeat.AwayEpoch).Accepted();

        var back = Join(away, "b", "s").Accepted();

        Assert.Equal("t-0 t-1", back.Owned("b"));
        Assert.Equal([Some.Id("b")], back.State.Members.Keys);
    }

    [Fact]
    public void The_name_of_a_static_member_that_lives_is_not_released()
    {
        var group = Join(GroupDraft.Empty, "a", "s").Accepted();

        Assert.Equal(GroupError.UnreleasedInstanceId, Join(group, "b", "s").Refused());
        Assert.IsType<GroupDecision.Accepted>(Join(group, "a", "s"));
        Assert.IsType<GroupDecision.Accepted>(Join(group, "b", "r"));
    }

    [Fact]
    public void The_epoch_before_the_present_one_is_that_of_a_lost_answer()
    {
        var one = Join(GroupDraft.Empty, "a").Accepted();
        var joined = Join(one, "b").Accepted();
        var first = EpochOf(joined, "a");
        var gave = Speak(joined, "a", first, Some.Partition("t", 0)).Accepted();
        Assert.True(EpochOf(gave, "a") > first);

        Assert.Same(gave, Speak(gave, "a", first, Some.Partition("t", 0)).Accepted());
    }

    [Fact]
    public void Any_epoch_but_the_present_and_the_previous_one_is_fenced()
    {
        var group = Join(GroupDraft.Empty, "a").Accepted();
        group = group with
        {
            State = group.State.With(group.State.Members[Some.Id("a")] with { PreviousEpoch = 3, Epoch = 5 }),
        };

        Assert.Equal(GroupError.FencedMemberEpoch, Speak(group, "a", 2).Refused());
        Assert.IsType<GroupDecision.Accepted>(Speak(group, "a", 3));
        Assert.Equal(GroupError.FencedMemberEpoch, Speak(group, "a", 4).Refused());
        Assert.IsType<GroupDecision.Accepted>(Speak(group, "a", 5));
        Assert.Equal(GroupError.FencedMemberEpoch, Speak(group, "a", 6).Refused());
    }

    [Fact]
    public void One_that_says_to_have_what_it_has_not_is_fenced()
    {
        var group = Two();

        Assert.Equal(
            GroupError.FencedMemberEpoch, Speak(group, "a", EpochOf(group, "a"), Some.Partition("t", 1)).Refused());
    }

    [Fact]
    public void An_unknown_member_has_to_join_first() =>
        Assert.Equal(GroupError.InstanceNotFound, Speak(Two(), "c", 5).Refused());

    [Fact]
    public void One_gives_up_only_what_it_says_that_it_has_no_more()
    {
        var one = Join(GroupDraft.Empty, "a").Accepted();
        var joined = Join(one, "b").Accepted();
        var epoch = EpochOf(joined, "a");

        var silent = Speak(joined, "a", epoch).Accepted();
        var still = Speak(joined, "a", epoch, Some.Partition("t", 0), Some.Partition("t", 1)).Accepted();
        var gave = Speak(joined, "a", epoch, Some.Partition("t", 0)).Accepted();

        Assert.Equal([0, 0], silent.State.Topics["t"].Owners);
        Assert.Equal([0, 0], still.State.Topics["t"].Owners);
        Assert.Equal([0, TopicShare.Nobody], gave.State.Topics["t"].Owners);
        Assert.Equal("t-0", silent.Owned("a"));
    }

    [Fact]
    public void The_next_one_gets_a_partition_only_when_the_owner_has_given_it_up()
    {
        var joined = Join(Join(GroupDraft.Empty, "a").Accepted(), "b").Accepted();

        var early = Speak(joined, "b", EpochOf(joined, "b")).Accepted();
        var gave = Speak(early, "a", EpochOf(early, "a"), Some.Partition("t", 0)).Accepted();
        var late = Speak(gave, "b", EpochOf(gave, "b")).Accepted();

        Assert.Equal("", early.Owned("b"));
        Assert.Equal("t-1", late.Owned("b"));
        Assert.Equal(late.State.AssignmentEpoch, EpochOf(late, "b"));
    }

    [Fact]
    public void The_epoch_of_a_member_rises_only_when_its_own_partitions_change()
    {
        Topic[] topics = [Some.Topic("t", 2), Some.Topic("u", 1)];
        var group = Some.Settled(topics, Some.Instance("a", Some.Topics("t")));
        var before = EpochOf(group, "a");

        var joined = group.With(Some.Instance("b", Some.Topics("u")), topics);

        Assert.True(joined.State.Epoch > group.State.Epoch);
        Assert.Equal(before, EpochOf(Touch(joined, topics), "a"));
    }

    [Fact]
    public void A_heartbeat_changes_what_its_member_wants()
    {
        Topic[] topics = [Some.Topic("t", 2), Some.Topic("u", 1)];
        var group = Join(GroupDraft.Empty, "a").Accepted();
        var beat = Heartbeat("a", EpochOf(group, "a")) with { Subscription = Some.Topics("u"), Owned = [] };

        var next = group.Decide(beat, topics).Accepted();

        Assert.Equal("u-0", next.Owned("a"));
        var same = beat with { Epoch = EpochOf(next, "a"), Subscription = Some.Topics("u"), Owned = null };
        Assert.Same(next, next.Decide(same, topics).Accepted());
    }

    [Fact]
    public void A_heartbeat_is_a_sign_of_life()
    {
        var group = Join(GroupDraft.Empty, "a").Accepted();

        var later = group.Decide(Heartbeat("a", EpochOf(group, "a")), Topics, 40).Accepted();

        Assert.Equal(Some.Noon.AddSeconds(40), later.Instances[Some.Id("a")].SeenAt);
    }

    [Fact]
    public void A_member_lives_as_long_as_its_own_session()
    {
        var join = GroupWorld.Joining("a", "t") with { SessionTimeout = TimeSpan.FromSeconds(10) };
        var group = GroupDraft.Empty.Decide(join, Topics).Accepted();

        Assert.Same(group, group.Settle(Topics, 9.999));
        Assert.Empty(group.Settle(Topics, 10).State.Members);
    }

    private static GroupDraft Two()
    {
        var joined = Join(Join(GroupDraft.Empty, "a").Accepted(), "b").Accepted();
        var gave = Speak(joined, "a", EpochOf(joined, "a"), Some.Partition("t", 0)).Accepted();
        return Speak(gave, "b", EpochOf(gave, "b")).Accepted();
    }

    private static GroupDraft Touch(GroupDraft group, Topic[] topics) =>
        group.Decide(new GroupRequest.Touch(Some.Id("a")), topics).Accepted();

    private static int EpochOf(GroupDraft group, string id) => group.State.Members[Some.Id(id)].Epoch;

    private static GroupDecision Join(GroupDraft group, string id, string? name = null)
    {
        var settings = Some.Settings() with { GroupInstanceId = name is null ? null : Some.Id(name) };
        return group.Decide(GroupWorld.Joining(id, "t") with { Settings = settings }, Topics);
    }

    private static GroupDecision Speak(GroupDraft group, string id, int epoch, params TopicPartition[] owned) =>
        group.Decide(Heartbeat(id, epoch) with { Owned = owned.Length > 0 ? [.. owned] : null }, Topics);

    private static GroupRequest.Heartbeat Heartbeat(string id, int epoch) =>
        new(Some.Id(id), epoch, Some.Settings(), Some.Timeout);
}
